// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "file_reader.h"

namespace papr {

/// A disk that is a map from path to bytes. Shares its contract test with the real one.
class FakeFileReader final : public FileReader {
 public:
  explicit FakeFileReader(std::map<std::filesystem::path, std::string> files)
      : files_(std::move(files)) {}

  Result<std::string> read(const std::filesystem::path& path,
                           std::uint64_t longest_bytes) override {
    const auto file = files_.find(path);
    if (file == files_.end()) return missing(path);
    if (file->second.size() > longest_bytes) {
      return fail(ErrorCode::kInvalidArgument, "read \"" + path.string() + "\": longer than " +
                                                   std::to_string(longest_bytes) + " bytes");
    }
    return file->second;
  }

  // Copies to memory of exactly the file's size, so that a sanitizer sees a read past its end.
  Result<MappedFile> map(const std::filesystem::path& path) override {
    const auto file = files_.find(path);
    if (file == files_.end()) return missing(path);
    const std::size_t size = file->second.size();
    if (size == 0) return MappedFile{};
    // 64 as the offsets in a package are; a real mapping is page aligned.
    std::shared_ptr<std::byte> copy(
        static_cast<std::byte*>(::operator new(size, std::align_val_t{64})),
        [](std::byte* bytes) { ::operator delete(bytes, std::align_val_t{64}); });
    std::memcpy(copy.get(), file->second.data(), size);
    return MappedFile{{copy.get(), size}, copy};
  }

 private:
  static std::unexpected<Error> missing(const std::filesystem::path& path) {
    return fail(ErrorCode::kNotFound, "open \"" + path.string() + "\": no such file");
  }

  std::map<std::filesystem::path, std::string> files_;
};

}  // namespace papr
