// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <concepts>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <openvino/core/except.hpp>
#include <openvino/core/model.hpp>
#include <openvino/runtime/compiled_model.hpp>
#include <openvino/runtime/core.hpp>
#include <openvino/runtime/infer_request.hpp>
#include <openvino/runtime/properties.hpp>
#include <openvino/runtime/tensor.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/joining_thread.h"
#include "../check_inputs.h"
#include "../model_backend.h"
#include "../verify_model.h"
#include "kept_models.h"
#include "measured_operations.h"
#include "openvino_text.h"
#include "package.h"
#include "release_memory.h"
#include "runtime_config.h"
#include "translate.h"

namespace papr {
namespace {

// The one place where what OpenVINO throws becomes an Error.
template <class Body>
auto guarded(std::string_view doing, Body body) -> decltype(body()) {
  const auto failed = [doing](ErrorCode code, const char* what) {
    return fail(code, std::string(doing) + ": " + openvino_text(what));
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
  /// `files` are what the weights of `compiled` lie in; they stay mapped as long as that.
  OpenVinoModel(ov::CompiledModel compiled, ModelInfo info, std::vector<MappedFile> files)
      : info_(std::move(info)),
        files_(std::move(files)),
        compiled_(std::move(compiled)),
        request_(compiled_.create_infer_request()) {}

  /// Has `tell` called with the error of the first prediction that fails, once.
  void on_failure(std::function<void(const Error&)> tell) { failed_ = std::move(tell); }

  /// Has `keep` run beside the predictions; the model's end waits for it.
  void keep_beside(std::invocable auto keep) { keeping_ = JoiningThread(std::move(keep)); }

  /// The same compiled model, which may be exported beside predictions.
  [[nodiscard]] ov::CompiledModel compiled() const { return compiled_; }

  /// The operations of the last of a few predictions. Of a model that was compiled to measure.
  Result<std::vector<PlannedOperation>> measure() {
    const auto verified = verify_model(*this, SystemClock(), std::numeric_limits<double>::max());
    if (!verified) return std::unexpected(verified.error());
    const std::scoped_lock lock(mutex_);
    return guarded("measure model", [&]() -> Result<std::vector<PlannedOperation>> {
      return measured_operations(request_.get_profiling_info());
    });
  }

  const ModelInfo& info() const noexcept override { return info_; }
  Placement placement() const noexcept override { return Placement::kCpu; }

  Result<std::vector<Tensor>> run(std::span<const TensorView> inputs) override {
    const auto matched = match_inputs(info_, inputs);
    if (!matched) return std::unexpected(matched.error());
    const std::scoped_lock lock(mutex_);
    auto answer = guarded("run model", [&]() -> Result<std::vector<Tensor>> {
      for (std::size_t i = 0; i < matched->size(); ++i) {
        request_.set_input_tensor(i, copy_in(*(*matched)[i]));
      }
      request_.infer();
      if (!std::exchange(has_run_, true)) release_files();
      std::vector<Tensor> outputs;
      for (std::size_t i = 0; i < info_.outputs.size(); ++i) {
        outputs.push_back(copy_out(info_.outputs[i], request_.get_output_tensor(i)));
      }
      return outputs;
    });
    if (!answer && failed_) std::exchange(failed_, nullptr)(answer.error());
    return answer;
  }

 private:
  // To pack the weights all of them were read. Of those that are not packed, a prediction needs a
  // few rows.
  void release_files() const {
    for (const MappedFile& file : files_) release_pages(file, file.bytes);
  }

  ModelInfo info_;
  std::vector<MappedFile> files_;
  ov::CompiledModel compiled_;
  std::mutex mutex_;
  ov::InferRequest request_;  // guarded by mutex_, as the next
  bool has_run_ = false;
  std::function<void(const Error&)> failed_;
  JoiningThread keeping_;
};

using Model = std::unique_ptr<OpenVinoModel>;

// Consumes the graph: what of it the compiled model does not need is freed before returning.
Result<Model> compile(ov::Core& core, TranslatedModel translated, const ov::AnyMap& config) {
  return guarded("compile model", [&]() -> Result<Model> {
    auto compiled = core.compile_model(translated.graph, "CPU", config);
    translated.graph.reset();
    release_freed_memory();
    return std::make_unique<OpenVinoModel>(std::move(compiled), std::move(translated.info),
                                           std::move(translated.weights));
  });
}

// Whether the ports are those of the graph: in number, order, type and shape.
template <class Ports>
bool same_ports(const Ports& some, const Ports& others) {
  return std::ranges::equal(some, others, [](const auto& one, const auto& other) {
    return one.get_element_type() == other.get_element_type() &&
           one.get_partial_shape() == other.get_partial_shape();
  });
}

Result<Model> import(ov::Core& core, const TranslatedModel& translated, MappedFile blob,
                     const ov::AnyMap& config) {
  return guarded("import compiled model", [&]() -> Result<Model> {
    const void* const bytes = blob.bytes.data();
    const ov::Tensor tensor(ov::element::u8, {blob.bytes.size()}, bytes);
    auto compiled = core.import_model(tensor, "CPU", config);
    const ov::Model& graph = *translated.graph;
    if (!same_ports(compiled.inputs(), graph.inputs()) ||
        !same_ports(compiled.outputs(), graph.outputs())) {
      return fail(ErrorCode::kCorrupt, "import compiled model: it is of another package");
    }
    release_freed_memory();
    return std::make_unique<OpenVinoModel>(std::move(compiled), translated.info,
                                           std::vector<MappedFile>{std::move(blob)});
  });
}

class OpenVinoBackend final : public ModelBackend {
 public:
  explicit OpenVinoBackend(const BackendOptions& options)
      : config_(make_config(options)), reader_(make_disk_file_reader()) {
    if (options.compiled_models.empty()) return;
    kept_.emplace(options.compiled_models, options.events);
  }

  std::string_view name() const noexcept override { return "openvino"; }
  bool rebuilds() const noexcept override { return kept_.has_value(); }

  Result<std::unique_ptr<LoadedModel>> load(const std::filesystem::path& path,
                                            const LoadOptions& how) override {
    auto model = load_parts(path, how);
    if (model) return std::move(*model);
    Error error = model.error();
    if (error.code == ErrorCode::kCorrupt && error.remedy.empty()) {
      error.remedy = "build or download the package again: a part of it is damaged or missing";
    }
    return while_doing("load \"" + path.string() + "\"", std::move(error));
  }

  Result<std::vector<PlannedOperation>> operations(const std::filesystem::path& path,
                                                   const LoadOptions& how) override {
    auto core = start();
    if (!core) return std::unexpected(core.error());
    auto translated = translate(path, how.function);
    if (!translated) return while_doing("list operations", translated.error());
    ov::AnyMap config = config_;
    config.insert(ov::enable_profiling(true));
    const auto model = compile(*core, std::move(*translated), config);
    if (!model) return std::unexpected(model.error());
    return (*model)->measure();
  }

 private:
  static Result<ov::Core> start() {
    return guarded("start OpenVINO", []() -> Result<ov::Core> { return ov::Core(); });
  }

  // The program goes with it: compiling needs the graph alone.
  Result<TranslatedModel> translate(const std::filesystem::path& path,
                                    const std::string& function) const {
    const auto package = read_package(*reader_, path);
    if (!package) return std::unexpected(package.error());
    return translate_program(*reader_, *package, function);
  }

  Result<Model> load_parts(const std::filesystem::path& path, const LoadOptions& how) {
    std::error_code unreadable;
    const bool there = std::filesystem::exists(path, unreadable);
    if (unreadable) return fail_errno("find", path, unreadable);
    if (!there) {
      return fail(ErrorCode::kNotFound, "no such package", "give the path of a folder *.mlpackage");
    }
    auto started = start();
    if (!started) return std::unexpected(started.error());
    ov::Core& core = *started;
    // Before anything of the package is read: what is compiled is never older than its key.
    const auto key = key_of(core, path, how.function);
    auto translated = translate(path, how.function);
    if (!translated) return std::unexpected(translated.error());
    if (!key) return compile(core, std::move(*translated), config_);
    if (how.fresh) {
      kept_->forget(*key);
    } else if (auto model = import_kept(core, *key, *translated)) {
      return std::move(*model);
    }
    auto weights = translated->weights;
    auto model = compile(core, std::move(*translated), config_);
    if (model) keep_beside(**model, *key, path, std::move(weights));
    return model;
  }

  std::optional<ModelKey> key_of(ov::Core& core, const std::filesystem::path& path,
                                 const std::string& function) const {
    // No package: it is for the reader to say so, and not to be read whole.
    std::error_code error;
    if (!kept_ || !std::filesystem::is_regular_file(path / "Manifest.json", error)) {
      return std::nullopt;
    }
    auto key = guarded("name compiled model", [&]() -> Result<ModelKey> {
      return kept_->key_of(path, compiler_identity(core, config_) + function);
    });
    if (key) return std::move(*key);
    kept_->tell_not_kept(key.error());
    return std::nullopt;
  }

  std::optional<Model> import_kept(ov::Core& core, const ModelKey& key,
                                   const TranslatedModel& translated) const {
    auto blob = kept_->find(key);
    if (!blob) return std::nullopt;
    auto model = import(core, translated, std::move(*blob), config_);
    if (model) {
      // What can be read and cannot predict would be read again at every start.
      (*model)->on_failure([kept = *kept_, key](const Error& error) { kept.refused(key, error); });
      return std::move(*model);
    }
    kept_->refused(key, model.error());
    return std::nullopt;
  }

  // Beside the first predictions: the first load is the longest in any case.
  void keep_beside(OpenVinoModel& model, const ModelKey& key, const std::filesystem::path& path,
                   std::vector<MappedFile> weights) const {
    model.keep_beside([kept = *kept_, key, path, compiled = model.compiled(),
                       weights = std::move(weights)]() mutable {
      const auto done = guarded("keep compiled model", [&]() -> Result<> {
        kept.keep(key, path, [&](std::ostream& out) {
          compiled.export_model(out);
          // All weights were read for it. Predictions need a part of them.
          for (const MappedFile& file : weights) release_pages(file, file.bytes);
        });
        return {};
      });
      if (!done) kept.tell_not_kept(done.error());
      release_freed_memory();
    });
  }

  ov::AnyMap config_;
  std::optional<KeptModels> kept_;
  std::unique_ptr<FileReader> reader_;
};

}  // namespace

std::unique_ptr<ModelBackend> make_system_model_backend(const BackendOptions& options) {
  return std::make_unique<OpenVinoBackend>(options);
}

}  // namespace papr
