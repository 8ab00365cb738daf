# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

import verify


def test_targets_are_chosen_by_name_and_a_wrong_name_is_an_error():
    targets = [Path("a/fuzz_psi"), Path("b/fuzz_vm_stat")]
    assert verify.chosen(targets, []) == targets
    assert verify.chosen(targets, ["vm_stat"]) == [Path("b/fuzz_vm_stat")]
    with pytest.raises(ValueError, match="no fuzz target vm; there are: psi, vm_stat"):
        verify.chosen(targets, ["psi", "vm"])


def test_a_run_on_packages_starts_from_whole_files_of_a_sound_one(tmp_path, monkeypatch):
    package, build = tmp_path / "tiny.mlpackage", tmp_path / "build"
    weights = package / "Data" / "com.apple.CoreML" / "weights"
    weights.mkdir(parents=True)
    (package / "Manifest.json").write_text("{}")
    (weights.parent / "model.mlmodel").write_text("model")
    (weights / "weight.bin").write_text("weights")
    monkeypatch.setattr(verify, "FUZZ", build)
    monkeypatch.setattr(verify, "ROOT", tmp_path)
    monkeypatch.setattr(verify, "TINY_PACKAGE", package)
    engine = tmp_path / "fuzz_read_package"
    # Copies what it is given to start from, as the engine would read it.
    engine.write_text('#!/bin/sh\nfor last; do :; done\ncat "$last"/* > "$0.read"\n')
    engine.chmod(0o755)

    assert verify.fuzz(engine, 1)
    read = engine.with_suffix(".read").read_bytes()
    assert read == b"\x00{}\x01model\x02weights"
