// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

#include "../../base/fake_clock.h"
#include "../../base/temporary_folder.h"
#include "compiled_model_store.h"

namespace papr {

using Files = std::map<std::string, std::string>;

inline std::string bytes_in(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// All files at and below a folder with their bytes.
inline Files files_in(const std::filesystem::path& folder) {
  Files files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& below : std::filesystem::recursive_directory_iterator(folder)) {
    if (!below.is_regular_file()) continue;
    files[below.path().lexically_relative(folder).string()] = bytes_in(below.path());
  }
  return files;
}

/// The files of the compiled model that `filling(text)` makes.
inline Files model_of(const std::string& text) {
  return {{"model.mlmodelc/coremldata.bin", "coreml " + text},
          {"model.mlmodelc/metadata.json", text},
          {"model.mlmodelc/weights/weight.bin", std::string(5000, text.back())}};
}

inline constexpr std::uint64_t kModelBytes = 5000 + 10;  // of a text of one or two letters, about

/// Writes that model, each file in two parts.
inline FillModel filling(std::string text) {
  return [text = std::move(text)](const std::filesystem::path& folder) -> Result<> {
    for (const auto& [name, bytes] : model_of(text)) {
      std::filesystem::create_directories((folder / name).parent_path());
      std::ofstream file(folder / name, std::ios::binary);
      file << bytes.substr(0, bytes.size() / 2) << std::flush;
      file << bytes.substr(bytes.size() / 2);
    }
    return {};
  };
}

/// A store in a folder of a test's own, on a clock that moves when it is told to.
class StoreForTest {
 public:
  StoreForTest() { options_ = {.folder = path(), .clock = &clock_}; }

  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "data/compiled"; }
  [[nodiscard]] const std::filesystem::path& outside() const { return folder_.path(); }
  [[nodiscard]] CompiledModelStore store() const { return CompiledModelStore(options_); }
  [[nodiscard]] CompiledModelStoreOptions& options() { return options_; }
  [[nodiscard]] const CompiledModelStoreOptions& options() const { return options_; }
  [[nodiscard]] FakeClock& clock() { return clock_; }

  [[nodiscard]] static ModelKey key(char letter, std::uint32_t generation = 0) {
    return *ModelKey::make({std::string(64, letter), "24E214", 1, generation});
  }
  [[nodiscard]] std::filesystem::path entry(const ModelKey& key) const {
    return path() / "entries" / key.name();
  }
  [[nodiscard]] std::filesystem::path content(const ModelKey& key) const {
    return entry(key) / "content";
  }
  [[nodiscard]] std::filesystem::path unfinished() const { return path() / "unfinished"; }

  /// Makes the file of remembered hashes look old, and gives its time. What is read is written
  /// there anew, so it stays old while nothing is read.
  [[nodiscard]] std::filesystem::file_time_type age_hashes() const {
    const auto file = path() / "hashes";
    std::filesystem::last_write_time(
        file, std::filesystem::last_write_time(file) - std::chrono::hours(1));
    return hashes_time();
  }
  [[nodiscard]] std::filesystem::file_time_type hashes_time() const {
    return std::filesystem::last_write_time(path() / "hashes");
  }

  /// Puts a model of that text, and lets it go.
  [[nodiscard]] bool put(const ModelKey& key, const std::string& text) const {
    return store().put(key, filling(text)).has_value();
  }
  /// Whether it is found, with all of the text's model.
  [[nodiscard]] bool finds(const ModelKey& key, const std::string& text) const {
    const auto found = store().find(key);
    return found && files_in(found->path()) == model_of(text);
  }
  [[nodiscard]] bool misses(const ModelKey& key) const {
    const auto found = store().find(key);
    return !found && found.error().code == ErrorCode::kNotFound;
  }

 private:
  TemporaryFolder folder_;
  // Now, as for the times of files; an hour later nothing is too new to be remembered.
  FakeClock clock_{SystemClock().wall_now()};
  CompiledModelStoreOptions options_;
};

}  // namespace papr
