// SPDX-License-Identifier: Apache-2.0
#include "package.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "../../base/fake_file_reader.h"
#include "coreml_schema.h"
#include "translate.h"

namespace papr {
namespace {

using Files = std::map<std::filesystem::path, std::string>;

constexpr const char* kManifest = "/p/Manifest.json";
constexpr const char* kModel = "/p/Data/com.apple.CoreML/model.mlmodel";
constexpr const char* kWeights = "/p/Data/com.apple.CoreML/weights/weight.bin";

Files read_tiny_package() {
  Files files;
  for (const std::string path : {kManifest, kModel, kWeights}) {
    std::ifstream file(std::string(PAPR_MODELS_DIR "/tiny/tiny.mlpackage/") + path.substr(3),
                       std::ios::binary);
    files[path] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

const Files& tiny_package() {
  static const Files kFiles = read_tiny_package();
  return kFiles;
}

// Everything but compiling. kInvalidArgument, which reading never says, stands for success.
Error read_and_translate(Files files) {
  FakeFileReader reader(std::move(files));
  const auto package = read_package(reader, "/p");
  if (!package) return package.error();
  const auto translated = translate_program(reader, *package);
  return translated ? Error{ErrorCode::kInvalidArgument, "no error", {}} : translated.error();
}

Error with_model(const coreml::Model& model) {
  Files files = tiny_package();
  files[kModel] = model.SerializeAsString();
  return read_and_translate(files);
}

TEST(ReadPackage, ASoundPackageIsReadAndTranslated) {
  EXPECT_EQ(read_and_translate(tiny_package()).message, "no error");
}

TEST(ReadPackage, AMissingFileIsCorruptAndNamed) {
  for (const char* path : {kManifest, kModel, kWeights}) {
    Files files = tiny_package();
    files.erase(path);
    const Error error = read_and_translate(files);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << path;
    const auto name = std::filesystem::path(path).filename().string();
    EXPECT_NE(error.message.find(name), std::string::npos) << error.message;
  }
}

TEST(ReadPackage, AnotherKindOfModelIsUnsupportedAndNamed) {
  coreml::Model model;
  model.set_specificationversion(4);
  model.set_neuralnetwork("");
  const Error error = with_model(model);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("\"neuralNetwork\""), std::string::npos) << error.message;
  EXPECT_FALSE(error.remedy.empty());
}

TEST(ReadPackage, ANewerSpecificationIsUnsupported) {
  coreml::Model model;
  model.set_specificationversion(1000);
  model.mutable_mlprogram();
  const Error error = with_model(model);
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("1000"), std::string::npos) << error.message;
}

TEST(ReadPackage, AModelOfNoKindOrVersionIsCorrupt) {
  coreml::Model no_version;
  no_version.mutable_mlprogram();
  coreml::Model no_kind;
  no_kind.set_specificationversion(7);
  EXPECT_EQ(with_model(no_version).code, ErrorCode::kCorrupt);
  EXPECT_EQ(with_model(no_kind).code, ErrorCode::kCorrupt);
}

// Cut anywhere, no file is still whole: the model ends in what it needs, the weights in the last.
TEST(ReadPackage, EveryTruncationIsAnErrorAndNeverACrash) {
  const struct {
    const char* path;
    std::size_t step;
  } cases[] = {{kManifest, 7}, {kModel, 97}, {kWeights, 13}};
  for (const auto& [path, step] : cases) {
    const std::string whole = tiny_package().at(path);
    ASSERT_FALSE(whole.empty()) << path;
    // The manifest's last line feed and the padding after the last weight may go.
    const std::size_t needed = whole.size() - (path == std::string(kManifest) ? 1 : 0);
    for (std::size_t size = 0; size < needed; size += step) {
      Files files = tiny_package();
      files[path] = whole.substr(0, size);
      const Error error = read_and_translate(files);
      EXPECT_NE(error.code, ErrorCode::kInvalidArgument) << path << " cut to " << size;
      EXPECT_FALSE(error.message.empty()) << path << " cut to " << size;
    }
  }
}

// A flipped bit may be harmless, as in a weight: what must hold is that nothing else happens than
// success or an error that says what is wrong.
TEST(ReadPackage, FlippedBitsAreHarmlessOrAnError) {
  std::mt19937 random(20240229);
  int errors = 0;
  for (const char* path : {kManifest, kModel, kWeights}) {
    const std::string whole = tiny_package().at(path);
    for (int round = 0; round < 150; ++round) {
      Files files = tiny_package();
      std::string& bytes = files[path];
      for (int flip = 0; flip < 1 + round % 3; ++flip) {
        const std::size_t at =
            std::uniform_int_distribution<std::size_t>(0, whole.size() - 1)(random);
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
      }
      const Error error = read_and_translate(files);
      EXPECT_FALSE(error.message.empty()) << path;
      errors += error.code != ErrorCode::kInvalidArgument ? 1 : 0;
    }
  }
  EXPECT_GT(errors, 100) << "damage that goes unnoticed";
}

}  // namespace
}  // namespace papr
