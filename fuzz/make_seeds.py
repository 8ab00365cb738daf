#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes seeds for fuzz_read_package out of a sound package: make_seeds.py PACKAGE DIR"""

import sys
from pathlib import Path

# In the order of fuzz_read_package.cpp's kNames.
NAMES = (
    "Manifest.json",
    "Data/com.apple.CoreML/model.mlmodel",
    "Data/com.apple.CoreML/weights/weight.bin",
)

package, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
for number, name in enumerate(NAMES):
    content = bytes([number]) + (package / name).read_bytes()
    (folder / Path(name).name).write_bytes(content)
