// SPDX-License-Identifier: Apache-2.0
#include "stress_world_for_test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <new>
#include <vector>

#include "../compiled_models/store_for_test.h"

namespace papr::stress {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongFile = 4096;

bool write_file(int folder, const char* name, std::string_view text) {
  const UniqueFd file(::openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return file.valid() &&
         ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool has_length(int folder, const char* name, std::size_t length) {
  struct stat status{};
  return ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         static_cast<std::size_t>(status.st_size) == length;
}

}  // namespace

World::World() {
  void* const memory =
      ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  counters_ = std::shared_ptr<Counters>(
      new (memory) Counters, [](Counters* counters) { ::munmap(counters, sizeof(Counters)); });
  FakeCaches::add(caches_.bundles("com.example.notes"), "nn");
  FakeCaches::add(caches_.shared(), "ss");
  FakeCaches::add(caches_.container("com.example.photos"), "pp");
  FakeCaches::add(precious(), "p");
  for (const auto& folder : {caches_.own(), caches_.legacy(), pending(), aside()}) {
    fs::create_directories(folder);
  }
}

CompiledModelStoreOptions World::store_options() const {
  return {.folder = caches_.folder() / "data/compiled", .limit_bytes = 3 * kModelBytes + 100};
}

void World::violated(const std::string& what) const {
  const UniqueFd log(::open((caches_.folder() / "violations").c_str(),
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const std::string line = "process " + std::to_string(::getpid()) + ": " + what + "\n";
  static_cast<void>(!::write(log.get(), line.data(), line.size()));
  ::_exit(1);
}

std::string World::violations() const { return bytes_in(caches_.folder() / "violations"); }

std::string unique_name(char letter) {
  static unsigned number = 0;
  return letter + std::to_string(::getpid()) + "-" + std::to_string(number++);
}

bool maker_is_dead(const std::string& name) {
  const int pid = name.size() > 1 ? std::atoi(name.c_str() + 1) : 0;
  return pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
}

std::string bundle_text(const std::string& name) {
  std::string text;
  while (text.size() < kLongFile) text += name;
  text.resize(kLongFile);
  return text;
}

bool make_bundle(const fs::path& entry) {
  const std::string name = entry.filename();
  if (::mkdir(entry.c_str(), 0700) != 0) return false;
  const UniqueFd folder(::open(entry.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::mkdirat(folder.get(), "m.bundle", 0700) != 0) return false;
  return write_file(folder.get(), "m.bundle/H16C.e5", bundle_text(name)) &&
         write_file(folder.get(), "model.milhash", name) && write_file(folder.get(), "done", "");
}

std::string what_is_missing(const fs::path& entry) {
  const UniqueFd folder(::open(entry.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.valid() || !has_length(folder.get(), "done", 0)) return "";
  std::string missing;
  if (!has_length(folder.get(), "m.bundle/H16C.e5", kLongFile)) missing = "m.bundle/H16C.e5";
  if (!has_length(folder.get(), "model.milhash", entry.filename().string().size())) {
    missing = "model.milhash";
  }
  if (missing.empty()) return "";
  // What went is out of its place before anything in it goes: so it is no half of an entry.
  struct stat open{};
  struct stat named{};
  const bool still_there = ::fstat(folder.get(), &open) == 0 &&
                           ::lstat(entry.c_str(), &named) == 0 && open.st_ino == named.st_ino;
  return still_there ? entry.string() + " has no " + missing : "";
}

fs::path find_swapped(const World& world, const std::string& name) {
  std::vector<fs::path> places = {world.aside() / name, world.aside() / (name + "-old"),
                                  world.caches().legacy() / name};
  std::error_code none;
  for (const auto& one : fs::directory_iterator(world.caches().trash().parent_path(), none)) {
    if (one.path().filename().string().starts_with("saved-")) places.push_back(one.path());
  }
  for (const auto& place : places) {
    if (bytes_in(place / "swapped-in") == name) return place;
  }
  return {};
}

}  // namespace papr::stress
