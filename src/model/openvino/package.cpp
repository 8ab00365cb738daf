// SPDX-License-Identifier: Apache-2.0
#include "package.h"

#include <coreml_model_kinds.h>
#include <google/protobuf/stubs/logging.h>

#include <string>

#include "../../base/text_line.h"
#include "coreml_schema.h"
#include "package_layout.h"

namespace papr {
namespace {

constexpr std::uint64_t kLongestManifestBytes = 1 << 20;
// A program without its weights: that of a large language model has some 10 MB.
constexpr std::uint64_t kLongestModelBytes = 256 << 20;
// Core ML 9, coremltools 9.0. A newer version may give old fields another meaning.
constexpr int kNewestSpecification = 10;

std::string name_of_kind(int field_number) {
  for (const CoremlModelKind& kind : kCoremlModelKinds) {
    if (kind.field_number == field_number) return kind.name;
  }
  return "unknown";
}

Result<std::shared_ptr<const coreml::Model>> parse_model(const std::string& bytes) {
  auto model = std::make_shared<coreml::Model>();
  const google::protobuf::LogSilencer no_words_of_its_own;
  if (!model->ParseFromString(bytes)) {
    return fail(ErrorCode::kCorrupt, "parse model: not a Core ML specification, or cut off");
  }
  if (model->specificationversion() < 1) {
    return fail(ErrorCode::kCorrupt, "parse model: no specification version");
  }
  if (model->specificationversion() > kNewestSpecification) {
    return fail(ErrorCode::kUnsupported, "parse model: specification version " +
                                             std::to_string(model->specificationversion()) +
                                             ", known are 1 to " +
                                             std::to_string(kNewestSpecification));
  }
  if (model->Type_case() == coreml::Model::TYPE_NOT_SET) {
    return fail(ErrorCode::kCorrupt, "parse model: it holds no model of a known kind");
  }
  if (!model->has_mlprogram()) {
    return fail(ErrorCode::kUnsupported,
                "parse model: a model of kind \"" + name_of_kind(model->Type_case()) +
                    "\", not an ML Program",
                "convert it with coremltools and convert_to=\"mlprogram\"");
  }
  return model;
}

// A file that a package must have: without it the package is damaged.
std::unexpected<Error> bad_file(Error error) {
  if (error.code != ErrorCode::kUnavailable) error.code = ErrorCode::kCorrupt;
  error.message = one_line(error.message);
  return std::unexpected(std::move(error));
}

}  // namespace

Result<Package> read_package(FileReader& reader, const std::filesystem::path& path) {
  const auto manifest = reader.read(path / "Manifest.json", kLongestManifestBytes);
  if (!manifest && manifest.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kCorrupt,
                "read package: it has no Manifest.json",  // which one, the caller says
                "give a folder *.mlpackage; a .mlmodelc or .mlmodel is not one");
  }
  if (!manifest) return bad_file(manifest.error());
  const auto layout = parse_package_manifest(*manifest);
  if (!layout) {
    return fail(layout.error().code, one_line(layout.error().message));  // it quotes the manifest
  }
  const auto bytes = reader.read(path / layout->model_file, kLongestModelBytes);
  if (!bytes) return bad_file(bytes.error());
  auto model = parse_model(*bytes);
  if (!model) return std::unexpected(model.error());
  return Package{std::move(*model), path / layout->data_folder};
}

}  // namespace papr
