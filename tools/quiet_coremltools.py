# SPDX-License-Identifier: Apache-2.0
"""coremltools without its notes on torch, scikit-learn and macOS, none of which is used here.

Import this module before any other that imports coremltools: it speaks while it is imported.
"""

import logging
import os
import warnings

logging.disable(logging.WARNING)
os.environ.setdefault("TQDM_DISABLE", "1")
warnings.filterwarnings("ignore", category=RuntimeWarning, module="coremltools")

import coremltools as ct  # noqa: E402  (what silences it has to come first)

__all__ = ["ct"]
