// SPDX-License-Identifier: Apache-2.0
#include "weight_file.h"

#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "package_layout.h"

namespace papr {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

constexpr std::uint64_t kAlignmentBytes = 64;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kSentinel = 0xDEADBEEF;
constexpr std::string_view kModelPath = "@model_path/";

struct FileHeader {
  std::uint32_t blob_count;
  std::uint32_t version;
  std::uint64_t reserved[7];
};
static_assert(sizeof(FileHeader) == 64);

struct BlobMetadata {
  std::uint32_t sentinel;
  std::uint32_t type;
  std::uint64_t size_bytes;
  std::uint64_t offset;
  std::uint64_t padding_bits;
  std::uint64_t reserved[4];
};
static_assert(sizeof(BlobMetadata) == 64);

std::unexpected<Error> corrupt(std::uint64_t offset, std::string_view what) {
  return fail(ErrorCode::kCorrupt,
              "weight at byte " + std::to_string(offset) + ": " + std::string(what));
}

// False when [offset, offset + size) is not in `bytes`; cannot overflow.
bool in_range(std::span<const std::byte> bytes, std::uint64_t offset, std::uint64_t size) {
  return offset <= bytes.size() && bytes.size() - offset >= size;
}

template <class Header>
Header copy_at(std::span<const std::byte> bytes, std::uint64_t offset) {
  Header header;
  std::memcpy(&header, bytes.data() + offset, sizeof header);
  return header;
}

Result<BlobType> blob_type_of(std::uint32_t number, std::uint64_t offset) {
  switch (const auto type = static_cast<BlobType>(number)) {
    case BlobType::kFloat16:
    case BlobType::kFloat32:
    case BlobType::kUint8:
    case BlobType::kInt8:
    case BlobType::kInt16:
    case BlobType::kUint16:
    case BlobType::kInt4:
    case BlobType::kUint1:
    case BlobType::kUint2:
    case BlobType::kUint4:
    case BlobType::kUint3:
    case BlobType::kUint6:
    case BlobType::kInt32:
    case BlobType::kUint32:
      return type;
  }
  return fail(ErrorCode::kUnsupported, "weight at byte " + std::to_string(offset) +
                                           ": element type " + std::to_string(number));
}

}  // namespace

Result<WeightBlob> find_blob(const MappedFile& file, std::uint64_t offset) {
  if (!in_range(file.bytes, 0, sizeof(FileHeader))) return corrupt(offset, "no file header");
  const auto header = copy_at<FileHeader>(file.bytes, 0);
  if (header.version != kVersion) {
    return fail(ErrorCode::kUnsupported, "weight file: version " + std::to_string(header.version) +
                                             ", known is " + std::to_string(kVersion));
  }
  if (offset < sizeof(FileHeader) || offset % kAlignmentBytes != 0) {
    return corrupt(offset, "no place for metadata");
  }
  if (!in_range(file.bytes, offset, sizeof(BlobMetadata))) return corrupt(offset, "past the end");
  const auto metadata = copy_at<BlobMetadata>(file.bytes, offset);
  if (metadata.sentinel != kSentinel) return corrupt(offset, "no metadata there");
  if (metadata.offset % kAlignmentBytes != 0) return corrupt(offset, "its data is not aligned");
  if (!in_range(file.bytes, metadata.offset, metadata.size_bytes)) {
    return corrupt(offset, "its data is past the end");
  }
  const auto type = blob_type_of(metadata.type, offset);
  if (!type) return std::unexpected(type.error());
  return WeightBlob{*type, file.bytes.subspan(metadata.offset, metadata.size_bytes), file.owner};
}

Result<const MappedFile*> WeightFiles::file(std::string_view file_name) {
  if (!file_name.starts_with(kModelPath)) {
    return fail(ErrorCode::kCorrupt,
                "weight file \"" + std::string(file_name) + "\": not below @model_path");
  }
  const auto inside = path_inside(file_name.substr(kModelPath.size()));
  if (!inside) return std::unexpected(inside.error());
  const auto known = files_.find(*inside);
  if (known != files_.end()) return &known->second;
  auto mapped = reader_.map(data_folder_ / *inside);
  if (!mapped) {
    Error error = std::move(mapped.error());
    if (error.code != ErrorCode::kUnavailable) error.code = ErrorCode::kCorrupt;
    return std::unexpected(std::move(error));
  }
  return &files_.emplace(*inside, std::move(*mapped)).first->second;
}

std::vector<MappedFile> WeightFiles::mapped() const {
  std::vector<MappedFile> files;
  for (const auto& [path, file] : files_) files.push_back(file);
  return files;
}

Result<WeightBlob> WeightFiles::blob(std::string_view file_name, std::uint64_t offset) {
  const auto mapped = file(file_name);
  if (!mapped) return std::unexpected(mapped.error());
  return find_blob(**mapped, offset);
}

}  // namespace papr
