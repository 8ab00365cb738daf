// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <exception>
#include <mutex>
#include <new>
#include <openvino/core/except.hpp>
#include <openvino/core/model.hpp>
#include <openvino/runtime/compiled_model.hpp>
#include <openvino/runtime/core.hpp>
#include <openvino/runtime/infer_request.hpp>
#include <openvino/runtime/properties.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/text_line.h"
#include "../model_backend.h"
#include "check_inputs.h"
#include "package.h"
#include "release_memory.h"
#include "translate.h"

namespace papr {
namespace {

// The one place where what OpenVINO throws becomes an Error.
template <class Body>
auto guarded(std::string_view doing, Body body) -> decltype(body()) {
  const auto failed = [doing](ErrorCode code, const char* what) {
    return fail(code, std::string(doing) + ": " + one_line(what));
  };
  try {
    return body();
  } catch (const ov::NotImplemented& error) {
    return failed(ErrorCode::kUnsupported, error.what());
  } catch (const std::bad_alloc&) {
    return failed(ErrorCode::kUnavailable, "out of memory");
  } catch (const std::exception& error) {
    return failed(ErrorCode::kUnavailable, error.what());
  }
}

// Nothing is left to OpenVINO's defaults, which depend on the CPU: where it can, it would compute
// in bf16 and quantise activations.
ov::AnyMap make_config(const BackendOptions& options) {
  const auto precision =
      options.precision == Precision::kBfloat16 ? ov::element::bf16 : ov::element::f32;
  ov::AnyMap config{ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                    ov::hint::inference_precision(precision),
                    ov::hint::dynamic_quantization_group_size(0)};
  // Kernels are kept per input shape, 5000 by default. 1024 hold those of the lengths that a text
  // model meets in steps of 8; with fewer, lengths that take turns are planned anew each time. The
  // name is internal to the CPU plugin: one that it no longer knew would fail every load.
  config["CPU_RUNTIME_CACHE_CAPACITY"] = 1024;
  if (options.threads > 0) config.insert(ov::inference_num_threads(options.threads));
  return config;
}

ov::element::Type element_type_of(ElementType type) {
  switch (type) {
    case ElementType::kInt32:
      return ov::element::i32;
    case ElementType::kFloat16:
      return ov::element::f16;
    case ElementType::kFloat32:
      return ov::element::f32;
  }
  return ov::element::dynamic;  // Unreachable; no default above, so -Wswitch finds a new value.
}

ov::Tensor copy_in(const TensorView& view) {
  ov::Tensor tensor(element_type_of(view.type), ov::Shape(view.shape.begin(), view.shape.end()));
  std::memcpy(tensor.data(), view.bytes.data(), view.bytes.size());
  return tensor;
}

Tensor copy_out(const TensorInfo& info, const ov::Tensor& tensor) {
  const ov::Shape& shape = tensor.get_shape();
  Tensor copy{info.name, info.type, {shape.begin(), shape.end()}, {}};
  copy.bytes.resize(tensor.get_byte_size());
  if (!copy.bytes.empty()) std::memcpy(copy.bytes.data(), tensor.data(), copy.bytes.size());
  return copy;
}

class OpenVinoModel final : public LoadedModel {
 public:
  OpenVinoModel(ov::CompiledModel compiled, ModelInfo info)
      : info_(std::move(info)),
        compiled_(std::move(compiled)),
        request_(compiled_.create_infer_request()) {}

  const ModelInfo& info() const noexcept override { return info_; }
  Placement placement() const noexcept override { return Placement::kCpu; }

  Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
    const auto matched = match_inputs(info_, inputs);
    if (!matched) return std::unexpected(matched.error());
    const std::scoped_lock lock(mutex_);
    return guarded("run model", [&]() -> Result<std::vector<Tensor>> {
      for (std::size_t i = 0; i < matched->size(); ++i) {
        request_.set_input_tensor(i, copy_in(*(*matched)[i]));
      }
      request_.infer();
      std::vector<Tensor> outputs;
      for (std::size_t i = 0; i < info_.outputs.size(); ++i) {
        outputs.push_back(copy_out(info_.outputs[i], request_.get_output_tensor(i)));
      }
      return outputs;
    });
  }

 private:
  ModelInfo info_;
  ov::CompiledModel compiled_;
  std::mutex mutex_;
  ov::InferRequest request_;  // guarded by mutex_
};

// Consumes the graph: what of it the compiled model does not need is freed before returning.
Result<std::unique_ptr<LoadedModel>> compile(TranslatedModel translated,
                                             const BackendOptions& options) {
  return guarded("compile model", [&]() -> Result<std::unique_ptr<LoadedModel>> {
    auto compiled = ov::Core().compile_model(translated.graph, "CPU", make_config(options));
    translated.graph.reset();
    release_freed_memory();
    return std::make_unique<OpenVinoModel>(std::move(compiled), std::move(translated.info));
  });
}

class OpenVinoBackend final : public ModelBackend {
 public:
  explicit OpenVinoBackend(BackendOptions options)
      : options_(std::move(options)), reader_(make_disk_file_reader()) {}

  std::string_view name() const noexcept override { return "openvino"; }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& path,
                                            const LoadOptions&) override {
    auto model = load_parts(path);
    if (model) return model;
    Error error = model.error();
    if (error.code == ErrorCode::kCorrupt && error.remedy.empty()) {
      error.remedy = "build or download the package again: a part of it is damaged or missing";
    }
    return while_doing("load \"" + path.string() + "\"", std::move(error));
  }

 private:
  Result<std::unique_ptr<LoadedModel>> load_parts(const std::filesystem::path& path) {
    std::error_code unreadable;
    const bool there = std::filesystem::exists(path, unreadable);
    if (unreadable) return fail_errno("find", path, unreadable);
    if (!there) {
      return fail(ErrorCode::kNotFound, "no such package", "give the path of a folder *.mlpackage");
    }
    auto translated = [&]() -> Result<TranslatedModel> {
      const auto package = read_package(*reader_, path);
      if (!package) return std::unexpected(package.error());
      return translate_program(*reader_, *package);
    }();  // the program goes here: compiling needs the graph alone
    if (!translated) return std::unexpected(translated.error());
    return compile(std::move(*translated), options_);
  }

  BackendOptions options_;
  std::unique_ptr<FileReader> reader_;
};

}  // namespace

std::unique_ptr<ModelBackend> make_system_model_backend(const BackendOptions& options) {
  return std::make_unique<OpenVinoBackend>(options);
}

}  // namespace papr
