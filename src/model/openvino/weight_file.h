// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "../../base/file_reader.h"
#include "papr/result.h"

namespace papr {

/// The element types of a weight file that are read here, by their number in the file.
enum class BlobType : std::uint32_t {
  kFloat16 = 1,
  kFloat32 = 2,
  kUint8 = 3,
  kInt8 = 4,
  kInt16 = 6,
  kUint16 = 7,
  kInt4 = 8,
  kUint1 = 9,
  kUint2 = 10,
  kUint4 = 11,
  kUint3 = 12,
  kUint6 = 13,
  kInt32 = 14,
  kUint32 = 15,
};

/// One tensor of a weight file, mapped. Valid while any copy of `owner` lives.
struct WeightBlob {
  BlobType type = BlobType::kFloat16;
  std::span<const std::byte> bytes;  ///< starts at a multiple of 64
  std::shared_ptr<const void> owner;
};

/// Finds the tensor whose 64 bytes of metadata start at `offset` of a weight file.
///
/// @error kCorrupt      header, sentinel, range or alignment is wrong.
/// @error kUnsupported  another version of the format.
/// Source: coremltools, mlmodel/src/MILBlob/Blob/StorageFormat.hpp.
[[nodiscard]] Result<WeightBlob> find_blob(const MappedFile& file, std::uint64_t offset);

/// The weight files of one package, each mapped once.
class WeightFiles {
 public:
  /// `reader` must outlive this; `data_folder` is what `@model_path` stands for.
  WeightFiles(FileReader& reader, std::filesystem::path data_folder)
      : reader_(reader), data_folder_(std::move(data_folder)) {}

  /// `file_name` as programs have it: "@model_path/weights/weight.bin".
  /// @error as find_blob; kCorrupt also when there is no such file; kUnavailable: the OS refused.
  [[nodiscard]] Result<WeightBlob> blob(std::string_view file_name, std::uint64_t offset);

  /// Those that were mapped so far.
  [[nodiscard]] std::vector<MappedFile> mapped() const;

 private:
  [[nodiscard]] Result<const MappedFile*> file(std::string_view file_name);

  FileReader& reader_;
  std::filesystem::path data_folder_;
  std::map<std::filesystem::path, MappedFile> files_;
};

}  // namespace papr
