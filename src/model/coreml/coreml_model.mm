// SPDX-License-Identifier: Apache-2.0
#include "coreml_model.h"

#include <optional>
#include <string>

#include "../check_inputs.h"
#include "foundation_values.h"
#include "model_description.h"
#include "output_shapes.h"
#include "strided_values.h"

namespace papr {
namespace {

constexpr std::string_view kDoing = "run model";

using Bytes = std::vector<std::byte>;

MLMultiArrayDataType data_type_of(ElementType type) {
  switch (type) {
    case ElementType::kInt32:
      return MLMultiArrayDataTypeInt32;
    case ElementType::kFloat16:
      return MLMultiArrayDataTypeFloat16;
    case ElementType::kFloat32:
      return MLMultiArrayDataTypeFloat32;
  }
  return MLMultiArrayDataTypeFloat32;  // Unreachable; no default above, for -Wswitch.
}

// The caller's own memory, which lives as long as the call. Core ML only reads it.
Result<objc_ptr<MLMultiArray*>> array_of(const TensorView& view) {
  NSError* error = nil;
  void* const bytes = const_cast<std::byte*>(view.bytes.data());
  auto array = objc_ptr<MLMultiArray*>::take([[MLMultiArray alloc]
      initWithDataPointer:bytes
                    shape:ns_lengths(view.shape)
                 dataType:data_type_of(view.type)
                  strides:ns_lengths(row_major_strides(view.shape))
              deallocator:nil
                    error:&error]);
  if (!array) return std::unexpected(error_of(kDoing, error));
  return array;
}

Result<objc_ptr<MLDictionaryFeatureProvider*>> provider_of(
    std::span<const TensorView* const> views) {
  NSMutableDictionary<NSString*, id>* const features = [NSMutableDictionary dictionary];
  for (const TensorView* view : views) {
    if (view == nullptr) continue;  // optional, and not given
    const auto array = array_of(*view);
    if (!array) return std::unexpected(array.error());
    [features setObject:[MLFeatureValue featureValueWithMultiArray:array->get()]
                 forKey:ns_text(view->name)];
  }
  NSError* error = nil;
  auto provider = objc_ptr<MLDictionaryFeatureProvider*>::take(
      [[MLDictionaryFeatureProvider alloc] initWithDictionary:features error:&error]);
  if (!provider) return std::unexpected(error_of(kDoing, error));
  return provider;
}

// Without the copy that -dataPointer may leave behind: the bytes are read where they are.
Result<Bytes> bytes_of(MLMultiArray* array, ValueType type) {
  const std::vector<std::int64_t> shape = lengths_of([array shape]);
  const std::vector<std::int64_t> strides = lengths_of([array strides]);
  Result<Bytes> copy = fail(ErrorCode::kUnavailable, "Core ML gave no bytes");
  Result<Bytes>* const to = &copy;
  [array getBytesWithHandler:^(const void* bytes, NSInteger size) {
    const std::span memory(static_cast<const std::byte*>(bytes), static_cast<std::size_t>(size));
    *to = row_major_copy({memory, type, shape, strides});
  }];
  return copy;
}

Result<Tensor> tensor_of(const TensorInfo& info, MLMultiArray* array) {
  const std::string doing = std::string(kDoing) + ": output \"" + info.name + '"';
  if (array == nil) return fail(ErrorCode::kUnavailable, doing + ": Core ML gave none");
  const auto type = value_type_of([array dataType]);
  if (!type) return fail(ErrorCode::kUnsupported, doing + ": values of a kind that is not known");
  auto bytes = bytes_of(array, *type);
  if (!bytes) return while_doing(doing, bytes.error());
  return Tensor{info.name, element_type_of(*type), lengths_of([array shape]), std::move(*bytes)};
}

Result<std::vector<Tensor>> tensors_of(const std::vector<TensorInfo>& infos,
                                       id<MLFeatureProvider> answer) {
  std::vector<Tensor> outputs;
  for (const TensorInfo& info : infos) {
    auto tensor =
        tensor_of(info, [[answer featureValueForName:ns_text(info.name)] multiArrayValue]);
    if (!tensor) return std::unexpected(tensor.error());
    outputs.push_back(std::move(*tensor));
  }
  return outputs;
}

}  // namespace

// What goes with the model may throw, too, and uses the pool. Nothing can be done about it.
CoreMlModel::~CoreMlModel() {
  static_cast<void>(guarded("free model", [this]() -> Result<> {
    model_ = {};
    return {};
  }));
}

Result<std::vector<Tensor>> CoreMlModel::run(std::span<const TensorView> inputs) noexcept {
  return guarded(kDoing, [&] { return predict(inputs); });
}

Result<std::vector<Tensor>> CoreMlModel::predict(std::span<const TensorView> inputs) {
  const auto matched = match_inputs(info_, inputs);
  if (!matched) return std::unexpected(matched.error());
  const std::scoped_lock lock(mutex_);
  const auto provider = provider_of(*matched);
  if (!provider) return std::unexpected(provider.error());
  NSError* error = nil;
  id<MLFeatureProvider> const answer = [model_.get() predictionFromFeatures:provider->get()
                                                                      error:&error];
  if (answer == nil) return std::unexpected(error_of(kDoing, error));
  return tensors_of(info_.outputs, answer);
}

Result<std::vector<std::vector<Tensor>>> CoreMlModel::run_batch(
    std::span<const std::vector<TensorView>> batch) noexcept {
  return guarded(kDoing, [&] { return predict_batch(batch); });
}

Result<std::vector<std::vector<Tensor>>> CoreMlModel::predict_batch(
    std::span<const std::vector<TensorView>> batch) {
  NSMutableArray<id<MLFeatureProvider>>* const providers = [NSMutableArray array];
  for (const auto& inputs : batch) {
    const auto matched = match_inputs(info_, inputs);
    if (!matched) return std::unexpected(matched.error());
    const auto provider = provider_of(*matched);
    if (!provider) return std::unexpected(provider.error());
    [providers addObject:provider->get()];
  }
  std::vector<std::vector<Tensor>> all;
  if (batch.empty()) return all;
  const auto inputs = objc_ptr<MLArrayBatchProvider*>::take(
      [[MLArrayBatchProvider alloc] initWithFeatureProviderArray:providers]);
  const std::scoped_lock lock(mutex_);
  NSError* error = nil;
  id<MLBatchProvider> const answers = [model_.get() predictionsFromBatch:inputs.get() error:&error];
  if (answers == nil) return std::unexpected(error_of(kDoing, error));
  if (static_cast<std::size_t>([answers count]) != batch.size()) {
    return fail(ErrorCode::kUnavailable, std::string(kDoing) + ": Core ML answered " +
                                             std::to_string([answers count]) + " of " +
                                             std::to_string(batch.size()));
  }
  for (NSInteger i = 0; i < [answers count]; ++i) {
    auto tensors = tensors_of(info_.outputs, [answers featuresAtIndex:i]);
    if (!tensors) return std::unexpected(tensors.error());
    all.push_back(std::move(*tensors));
  }
  return all;
}

Result<> CoreMlModel::find_output_shapes() noexcept {
  return guarded("find shapes of outputs", [this] {
    return papr::find_output_shapes(
        info_, [this](std::span<const TensorView> inputs) { return run(inputs); });
  });
}

}  // namespace papr
