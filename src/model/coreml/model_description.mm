// SPDX-License-Identifier: Apache-2.0
#include "model_description.h"

#include <algorithm>

#include "described_shape.h"
#include "foundation_values.h"

namespace papr {
namespace {

using Features = NSDictionary<NSString*, MLFeatureDescription*>;

enum class Side { kInput, kOutput };

std::string_view name_of(MLFeatureType type) {
  switch (type) {
    case MLFeatureTypeInt64:
      return "an integer";
    case MLFeatureTypeDouble:
      return "a number";
    case MLFeatureTypeString:
      return "a text";
    case MLFeatureTypeImage:
      return "an image";
    case MLFeatureTypeDictionary:
      return "a dictionary";
    case MLFeatureTypeSequence:
      return "a sequence";
    default:  // MLFeatureTypeState of macOS 15, and what later ones add
      return "of a kind that is not known";
  }
}

DescribedShape shape_of(MLMultiArrayConstraint* constraint) {
  DescribedShape described{.usual = lengths_of([constraint shape])};
  MLMultiArrayShapeConstraint* const shapes = [constraint shapeConstraint];
  if ([shapes type] == MLMultiArrayShapeConstraintTypeEnumerated) {
    for (NSArray<NSNumber*>* shape in [shapes enumeratedShapes]) {
      described.listed.push_back(lengths_of(shape));
    }
  } else if ([shapes type] == MLMultiArrayShapeConstraintTypeRange) {
    for (NSValue* axis in [shapes sizeRangeForDimension]) {
      const NSRange range = [axis rangeValue];
      described.ranges.push_back({range.location, range.length});
    }
  }
  return described;
}

Result<TensorInfo> tensor_info_of(MLFeatureDescription* feature, Side side) {
  TensorInfo tensor{.name = text_of([feature name]), .shape = {}, .table_rows = {}};
  const auto unsupported = [&](std::string_view what) {
    return fail(ErrorCode::kUnsupported,
                (side == Side::kInput ? "input \"" : "output \"") + tensor.name + "\": it is " +
                    std::string(what) + ", and only arrays of float32, float16 and int32 can be " +
                    (side == Side::kInput ? "given" : "read"));
  };
  if ([feature type] != MLFeatureTypeMultiArray) return unsupported(name_of([feature type]));
  const auto type = value_type_of([[feature multiArrayConstraint] dataType]);
  if (!type) return unsupported("an array of a kind that is not known");
  if (side == Side::kInput && *type == ValueType::kFloat64) {
    return unsupported("an array of doubles");
  }
  tensor.type = element_type_of(*type);
  tensor.optional = side == Side::kInput && [feature isOptional];
  set_shape(tensor, shape_of([feature multiArrayConstraint]));
  return tensor;
}

Result<std::vector<TensorInfo>> tensors_of(Features* features, Side side) {
  std::vector<TensorInfo> tensors;
  for (NSString* name in features) {
    MLFeatureDescription* const feature = [features objectForKey:name];
    auto tensor = tensor_info_of(feature, side);
    if (!tensor && side == Side::kInput && [feature isOptional]) continue;
    if (!tensor) return std::unexpected(tensor.error());
    tensors.push_back(std::move(*tensor));
  }
  std::ranges::sort(tensors, {}, &TensorInfo::name);
  return tensors;
}

bool keeps_state(MLModelDescription* description) {
  if (@available(macOS 15.0, *)) return [[description stateDescriptionsByName] count] > 0;
  return false;
}

}  // namespace

std::optional<ValueType> value_type_of(MLMultiArrayDataType type) {
  switch (type) {
    case MLMultiArrayDataTypeInt32:
      return ValueType::kInt32;
    case MLMultiArrayDataTypeFloat16:
      return ValueType::kFloat16;
    case MLMultiArrayDataTypeFloat32:
      return ValueType::kFloat32;
    case MLMultiArrayDataTypeDouble:
      return ValueType::kFloat64;
    default:  // MLMultiArrayDataTypeInt8 of macOS 26, and what later ones add
      return std::nullopt;
  }
}

Result<ModelInfo> model_info_of(MLModelDescription* description) {
  if (keeps_state(description)) {
    return fail(ErrorCode::kUnsupported, "the model keeps a state between predictions");
  }
  auto inputs = tensors_of([description inputDescriptionsByName], Side::kInput);
  if (!inputs) return std::unexpected(inputs.error());
  auto outputs = tensors_of([description outputDescriptionsByName], Side::kOutput);
  if (!outputs) return std::unexpected(outputs.error());
  ModelInfo info;
  info.inputs = std::move(*inputs);
  info.outputs = std::move(*outputs);
  return info;
}

}  // namespace papr
