// SPDX-License-Identifier: Apache-2.0
// The reader and the translator of Core ML packages on hostile bytes. The first byte of an input
// says which file of a sound package the rest of it replaces.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "../src/base/fake_file_reader.h"
#include "../src/model/openvino/package.h"
#include "../src/model/openvino/translate.h"

namespace {

using Files = std::map<std::filesystem::path, std::string>;

constexpr const char* kNames[] = {"Manifest.json", "Data/com.apple.CoreML/model.mlmodel",
                                  "Data/com.apple.CoreML/weights/weight.bin"};

Files sound_package() {
  Files files;
  for (const char* name : kNames) {
    const auto path = std::filesystem::path(PAPR_TINY_PACKAGE) / name;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "fuzz_read_package: cannot open %s\n", path.c_str());
      std::exit(1);
    }
    files[std::filesystem::path("/p") / name] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "contract broken: %s\n", what);
  std::abort();
}

void check_error(const papr::Error& error) {
  require(!error.message.empty(), "an error has a message");
  require(error.message.find('\n') == std::string::npos, "a message is one line");
  require(error.code == papr::ErrorCode::kCorrupt || error.code == papr::ErrorCode::kUnsupported,
          "damage is corrupt or unsupported");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Files kSound = sound_package();
  if (size == 0) return 0;
  Files files = kSound;
  files[std::filesystem::path("/p") / kNames[data[0] % std::size(kNames)]] =
      std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
  papr::FakeFileReader reader(std::move(files));

  const auto package = papr::read_package(reader, "/p");
  if (!package) {
    check_error(package.error());
    return 0;
  }
  const auto translated = papr::translate_program(reader, *package);
  if (!translated) {
    check_error(translated.error());
    return 0;
  }
  require(translated->graph != nullptr, "a success has a graph");
  require(!translated->info.inputs.empty(), "a success has inputs");
  require(!translated->info.outputs.empty(), "a success has outputs");
  return 0;
}
