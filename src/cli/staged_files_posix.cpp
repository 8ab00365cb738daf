// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "../base/errno_error.h"
#include "../base/write_all.h"
#include "staged_files.h"

namespace papr::cli {
namespace {

constexpr const char* kRemedy = "choose a folder that you may write to";
constexpr std::string_view kUnfinished = ".unfinished-";

constexpr time_t kNewSeconds = 60;  // a file so new may be one whose lock is still to be taken

bool locked(int file) { return ::flock(file, LOCK_EX | LOCK_NB) == 0; }

/// Removes what killed processes have left. Best effort: what stays is hidden, and costs its room.
void sweep(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with('.') || !name.contains(kUnfinished)) continue;
    const UniqueFd file(
        ::open(entry->path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    const bool old = file.valid() && ::fstat(file.get(), &status) == 0 &&
                     ::time(nullptr) - status.st_mtime > kNewSeconds;
    if (old && locked(file.get())) ::unlink(entry->path().c_str());
  }
}

}  // namespace

Result<StagedFiles> StagedFiles::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail_errno("make folder", folder, error.value(), kRemedy);
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::kInvalidArgument, "open \"" + folder.string() + "\": not a folder",
                "name a folder; it is made when missing");
  }
  sweep(folder);
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
  const auto unfinished =
      folder_ / fmt::format(".{}{}{:08x}", name, kUnfinished, std::random_device()());
  UniqueFd file(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!file.valid()) return fail_errno("write", place, errno, kRemedy);
  const int opened = file.get();
  files_.push_back({std::move(file), unfinished, place});
  // A disk without locks has no sweep either: it could not take one.
  static_cast<void>(locked(opened));
  for (const std::string_view part : parts) {
    if (auto written = write_all(opened, part, place, kRemedy); !written) return written;
  }
  // Before it takes its place: a name that points at unwritten data is what a power cut would
  // leave.
  if (::fsync(opened) != 0) return fail_errno("write", place, errno, kRemedy);
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
