#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times one embedding of a peer (ONNX Runtime or OpenVINO, from Python) on given texts.

The peers get token ids made beforehand: only the run is timed. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

Run = Callable[[np.ndarray, np.ndarray], np.ndarray]


def onnx_runtime(model: Path, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(
        ["sentence_embedding"], {"input_ids": ids, "attention_mask": mask}
    )[0]


def openvino(model: Path, threads: int) -> Run:
    import openvino as ov
    from openvino.properties import hint, inference_num_threads

    config = {
        hint.performance_mode: hint.PerformanceMode.LATENCY,
        hint.inference_precision: ov.Type.f32,
        inference_num_threads: threads,
    }
    core = ov.Core()
    request = core.compile_model(core.read_model(model), "CPU", config).create_infer_request()
    return lambda ids, mask: request.infer(
        {"input_ids": ids, "attention_mask": mask}, share_inputs=True, share_outputs=True
    )["sentence_embedding"]


def percentile_ms(sorted_ms: list[float], share: float) -> float:
    return sorted_ms[round(share * (len(sorted_ms) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=("onnxruntime", "openvino"))
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()

    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    texts = [line for line in arguments.texts.read_text().splitlines() if line]
    rows = [np.array([tokenizer.encode(text).ids], np.int32) for text in texts]
    masks = [np.ones_like(row) for row in rows]

    make = {"onnxruntime": onnx_runtime, "openvino": openvino}[arguments.peer]
    run = make(arguments.model, arguments.threads)
    for ids, mask in zip(rows, masks, strict=True):
        run(ids, mask)
    taken_ms: list[float] = []
    end = time.perf_counter() + arguments.seconds
    while time.perf_counter() < end:
        index = len(taken_ms) % len(rows)
        start = time.perf_counter()
        run(rows[index], masks[index])
        taken_ms.append((time.perf_counter() - start) * 1e3)
    taken_ms.sort()
    print(
        json.dumps(
            {
                "threads": arguments.threads,
                "precision": "f32",
                "runs": len(taken_ms),
                "tokens_mean": float(np.mean([row.shape[1] for row in rows])),
                "p50_ms": percentile_ms(taken_ms, 0.5),
                "p99_ms": percentile_ms(taken_ms, 0.99),
            }
        )
    )


if __name__ == "__main__":
    main()
