// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "../base/errno_error.h"
#include "../base/unique_fd.h"
#include "../base/write_all.h"
#include "staged_files.h"

namespace papr::cli {
namespace {

constexpr const char* kRemedy = "choose a folder that you may write to";

}  // namespace

Result<StagedFiles> StagedFiles::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno("make folder", folder, error.value(), kRemedy);
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::kInvalidArgument, "open \"" + folder.string() + "\": not a folder",
                "name a folder; it is made when missing");
  }
  return StagedFiles(folder);
}

StagedFiles::StagedFiles(StagedFiles&& other) noexcept
    : folder_(std::move(other.folder_)), files_(std::exchange(other.files_, {})) {}

StagedFiles::~StagedFiles() {
  for (const File& file : files_) ::unlink(file.unfinished.c_str());
}

Result<> StagedFiles::write(const std::string& name,
                            std::initializer_list<std::string_view> parts) {
  const auto place = folder_ / name;
  const auto unfinished = folder_ / ("." + name + ".unfinished-" + std::to_string(::getpid()));
  ::unlink(unfinished.c_str());  // of a process that was killed and had our id
  const UniqueFd file(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file.valid()) return fail_errno("open", unfinished, errno, kRemedy);
  files_.push_back({unfinished, place});
  for (const std::string_view part : parts) {
    if (auto written = write_all(file.get(), part, place, kRemedy); !written) return written;
  }
  // Before it takes its place: a name that points at unwritten data is what a power cut would
  // leave.
  if (::fsync(file.get()) != 0) return fail_errno("write", place, errno, kRemedy);
  return {};
}

Result<> StagedFiles::publish() {
  while (!files_.empty()) {
    const File& file = files_.back();
    if (::rename(file.unfinished.c_str(), file.place.c_str()) != 0) {
      return fail_errno("write", file.place, errno, kRemedy);
    }
    files_.pop_back();
  }
  return {};
}

std::string plain_file_name(std::string_view name) {
  std::string plain;
  for (const char letter : name.substr(0, 200)) {
    const bool kept = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                      (letter == '.' && !plain.empty());
    plain += kept ? letter : '_';
  }
  return plain.empty() ? "_" : plain;
}

}  // namespace papr::cli
