# SPDX-License-Identifier: Apache-2.0
"""Runs the example of the README with a store of its own: run_example.py PROGRAM MODEL."""

import subprocess
import sys
import tempfile
from pathlib import Path

program, model = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    store = Path(folder) / "memories.sqlite"
    sys.exit(subprocess.run([program, model, str(store)], check=False).returncode)
