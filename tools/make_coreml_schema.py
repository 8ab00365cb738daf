#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the part of Core ML's protobuf schema that we read, from coremltools' own descriptors.

usage: make_coreml_schema.py DESCRIPTOR_SET KINDS_HEADER

DESCRIPTOR_SET, for `protoc --descriptor_set_in`, holds two files:
  mil.proto           MIL as a whole
  coreml_model.proto  of Model.proto and FeatureTypes.proto what leads to MIL; every other kind of
                      model is an opaque `bytes`, so that it can be recognised but not read
KINDS_HEADER names those kinds by field number. The whole schema takes minutes to compile, this
takes seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import quiet_coremltools  # noqa: F401  (before what else imports coremltools)

# isort: split
from coremltools.proto import MIL_pb2, Model_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

PACKAGE = ".CoreML.Specification"
MIL_FILE, MODEL_FILE = "mil.proto", "coreml_model.proto"

# Messages of coreml_model.proto and the fields of each that are kept.
KEPT = {
    "Model": ("specificationVersion", "description", "mlProgram"),
    "ModelDescription": ("functions", "defaultFunctionName", "input", "output"),
    "FunctionDescription": ("name", "input", "output"),
    "FeatureDescription": ("name", "type"),
    "FeatureType": ("multiArrayType", "isOptional"),
    "ArrayFeatureType": ("shape", "dataType", "enumeratedShapes", "shapeRange"),
    "SizeRange": ("lowerBound", "upperBound"),
}


def read_message(name: str) -> DescriptorProto:
    kept = DescriptorProto()
    descriptor = Model_pb2.DESCRIPTOR.pool.FindMessageTypeByName(f"{PACKAGE[1:]}.{name}")
    descriptor.CopyToProto(kept)
    return kept


def trim(message: DescriptorProto, kept: tuple[str, ...]) -> DescriptorProto:
    """`message` with the fields `kept`; other members of a oneof become opaque `bytes`."""
    fields = []
    for field in message.field:
        if field.name not in kept:
            if not field.HasField("oneof_index"):
                continue
            if field.type == FieldDescriptorProto.TYPE_MESSAGE:
                field.type = FieldDescriptorProto.TYPE_BYTES
                field.ClearField("type_name")
        fields.append(field)
    missing = set(kept) - {field.name for field in fields}
    if missing:
        raise ValueError(f"coremltools' {message.name} has no field {', '.join(sorted(missing))}")
    del message.field[:]
    message.field.extend(fields)
    return message


def make_lite(file: FileDescriptorProto) -> None:
    file.ClearField("options")
    file.options.optimize_for = descriptor_pb2.FileOptions.LITE_RUNTIME


def mil_file() -> FileDescriptorProto:
    file = FileDescriptorProto()
    MIL_pb2.DESCRIPTOR.CopyToProto(file)
    file.name = MIL_FILE
    make_lite(file)
    return file


def model_file(model: DescriptorProto) -> FileDescriptorProto:
    others = [trim(read_message(name), kept) for name, kept in KEPT.items() if name != "Model"]
    file = FileDescriptorProto(name=MODEL_FILE, package=PACKAGE[1:], syntax="proto3")
    file.dependency.append(MIL_FILE)
    file.message_type.extend([*others, model])
    make_lite(file)
    return file


def kinds_header(model: DescriptorProto) -> str:
    rows = "\n".join(
        f'    {{{field.number}, "{field.name}"}},'
        for field in model.field
        if field.HasField("oneof_index")
    )
    return f"""// Made by tools/make_coreml_schema.py.
#pragma once

namespace papr {{

/// A member of Model's oneof `Type`.
struct CoremlModelKind {{
  int field_number;
  const char* name;
}};

inline constexpr CoremlModelKind kCoremlModelKinds[] = {{
{rows}
}};

}}  // namespace papr
"""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    model = trim(read_message("Model"), KEPT["Model"])
    files = descriptor_pb2.FileDescriptorSet(file=[mil_file(), model_file(model)])
    Path(arguments[0]).write_bytes(files.SerializeToString(deterministic=True))
    Path(arguments[1]).write_text(kinds_header(model), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
