# SPDX-License-Identifier: Apache-2.0
"""Writes Core ML packages so that the same model gives the same bytes."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from quiet_coremltools import ct

DATA_FOLDER = "com.apple.CoreML"


def write_package(model: ct.models.MLModel, package: Path) -> None:
    """Saves `model` as the folder `package`, which must not exist."""
    model.save(str(package))
    data = package / "Data"
    # Protobuf orders maps by chance and the manifest gets random ids: both are made stable.
    spec = model.get_spec()
    (data / DATA_FOLDER / "model.mlmodel").write_bytes(spec.SerializeToString(deterministic=True))
    manifest_file = package / "Manifest.json"
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    manifest_file.write_text(_with_stable_ids(manifest), encoding="utf-8")
    for path in package.rglob("*"):  # coremltools makes some of them its user's own
        path.chmod(0o755 if path.is_dir() else 0o644)


def _with_stable_ids(manifest: dict) -> str:
    names = {
        old: str(uuid.uuid5(uuid.NAMESPACE_URL, entry["path"])).upper()
        for old, entry in manifest["itemInfoEntries"].items()
    }
    manifest["itemInfoEntries"] = {
        names[old]: entry for old, entry in manifest["itemInfoEntries"].items()
    }
    manifest["rootModelIdentifier"] = names[manifest["rootModelIdentifier"]]
    return json.dumps(manifest, indent=4, sort_keys=True) + "\n"
