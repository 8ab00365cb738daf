// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "cache_class.h"
#include "caches_folder.h"
#include "entry_meter.h"
#include "file_status.h"
#include "known_folders.h"
#include "survey.h"
#include "temporary_model.h"
#include "walk_tree.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// Looks for places and measures what it finds.
class Surveyor {
 public:
  Surveyor(std::string app_id, Breadth breadth, SurveyProgress progress)
      : app_id_(std::move(app_id)), breadth_(breadth), meter_(std::move(progress)) {}

  void look_into_caches(int caches, const fs::path& path) {
    volume_ = volume_of(caches).value_or(0);
    add_place({path, kLegacyFolder}, caches, {.cache_class = CacheClass::kLegacy});
    if (all()) add_bundle_cache({path, kBundleCache}, caches, CacheClass::kShared, "");
    const auto names = names_in(caches);
    if (!names) return;
    for (const std::string& id : *names) {
      const auto cache_class = class_of_id(id, app_id_);
      if (all() || cache_class != CacheClass::kOtherApp)
        look_into_id(caches, path, id, cache_class);
    }
  }

  /// `containers` is ~/Library/Containers, beside the caches folder.
  void look_into_containers(int containers, const fs::path& path) {
    volume_ = volume_of(containers).value_or(0);
    const auto ids = all() ? names_in(containers) : std::vector{app_id_};
    if (!ids) return;
    for (const std::string& id : *ids) {
      const fs::path caches = fs::path(id) / "Data/Library/Caches";
      auto folder = open_below(containers, caches / id);
      if (!folder) continue;
      add_bundle_cache({path, caches / id / kBundleCache}, folder->get(), class_of_id(id, app_id_),
                       id);
    }
  }

  void look_at_system(const fs::path& path) {
    add_place({path.parent_path(), path.filename()}, AT_FDCWD, {.cache_class = CacheClass::kSystem},
              path.string());
  }

  /// What processes left behind in the temporary folder; most of what is there is nothing of ours.
  void look_into_temporary(const fs::path& path) {
    const PlaceAddress address{path.parent_path(), path.filename()};
    const Kind kind{.cache_class = CacheClass::kTemporary};
    const auto folder = open_root(path);
    if (!folder) {
      if (folder.error().code == ErrorCode::kNotFound) return;
      return add_unreadable(address, kind, folder.error().message);
    }
    volume_ = volume_of(folder->get()).value_or(0);
    auto names = names_in(folder->get());
    if (!names) return add_unreadable(address, kind, names.error().message);
    std::erase_if(*names, [](const std::string& name) { return !parse_temporary_model(name); });
    if (!names->empty()) add_measured(address, folder->get(), kind, *names);
  }

  /// By class, the ones that may be cleared first, then by path.
  [[nodiscard]] std::vector<MeasuredPlace> take() && {
    std::ranges::sort(places_, {}, [](const MeasuredPlace& place) {
      return std::pair(place.cache_class, place.address.path());
    });
    return std::move(places_);
  }

 private:
  struct Kind {
    CacheClass cache_class;
    std::string app = {};
    std::string os_build = {};
  };

  [[nodiscard]] bool all() const { return breadth_ == Breadth::kAll; }

  void look_into_id(int caches, const fs::path& path, const std::string& id,
                    CacheClass cache_class) {
    if (id == kLegacyFolder || id == kBundleCache) return;
    auto folder = open_folder(caches, id);
    const PlaceAddress address{path, fs::path(id) / kBundleCache};
    if (folder) return add_bundle_cache(address, folder->get(), cache_class, id);
    // A folder that cannot be opened may hold no compiled models at all; ours is worth a word.
    struct stat status{};
    const bool file = ::fstatat(caches, id.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                      !S_ISDIR(status.st_mode) && !S_ISLNK(status.st_mode);
    if (cache_class == CacheClass::kOwn && !file) {
      add_unreadable(address, {cache_class, id}, folder.error().message);
    }
  }

  /// A bundle cache is divided by the build of the operating system; each build is one place.
  void add_bundle_cache(const PlaceAddress& address, int parent, CacheClass cache_class,
                        const std::string& app) {
    const auto folder = open_folder(parent, address.below.filename());
    if (!folder) {
      if (folder.error().code == ErrorCode::kNotFound) return;
      return add_unreadable(address, {cache_class, app}, folder.error().message);
    }
    const auto names = names_in(folder->get());
    if (!names) return add_unreadable(address, {cache_class, app}, names.error().message);
    std::vector<std::string> loose;
    for (const std::string& name : *names) {
      struct stat status{};
      const bool is_folder =
          ::fstatat(folder->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISDIR(status.st_mode);
      if (!is_folder) {
        loose.push_back(name);
        continue;
      }
      add_place({address.root, address.below / name}, folder->get(), {cache_class, app, name});
    }
    if (!loose.empty() || names->empty()) {
      add_measured(address, folder->get(), {cache_class, app}, loose);
    }
  }

  /// The folder `name` in `parent`, by default the last part of the address, and all in it.
  void add_place(const PlaceAddress& address, int parent, const Kind& kind,
                 const std::string& name = {}) {
    const auto folder =
        open_folder(parent, name.empty() ? address.below.filename().string() : name);
    if (!folder) {
      if (folder.error().code == ErrorCode::kNotFound) return;
      return add_unreadable(address, kind, folder.error().message);
    }
    const auto names = names_in(folder->get());
    if (!names) return add_unreadable(address, kind, names.error().message);
    add_measured(address, folder->get(), kind, *names);
  }

  void add_measured(const PlaceAddress& address, int folder, const Kind& kind,
                    const std::vector<std::string>& names) {
    struct stat status{};
    const auto volume = volume_of(folder);
    if (::fstat(folder, &status) != 0 || !volume) {
      return add_unreadable(address, kind, "stat: the folder went away");
    }
    if (kind.cache_class != CacheClass::kSystem && *volume != volume_) {
      return add_unreadable(address, kind, "it is on another volume, which is not entered");
    }
    MeasuredPlace place{address, kind.cache_class, kind.app, kind.os_build, id_of(status), {}, {}};
    for (const std::string& name : names) {
      auto entry = meter_.measure(folder, name);
      if (!entry) continue;
      if (const auto leaked = parse_temporary_model(name)) entry->maker_pid = leaked->maker_pid;
      place.entries.push_back(std::move(*entry));
    }
    places_.push_back(std::move(place));
  }

  void add_unreadable(const PlaceAddress& address, const Kind& kind, const std::string& problem) {
    places_.push_back({address, kind.cache_class, kind.app, kind.os_build, FileId{}, {}, problem});
  }

  std::string app_id_;
  Breadth breadth_;
  std::uint64_t volume_ = 0;
  EntryMeter meter_;
  std::vector<MeasuredPlace> places_;
};

std::unexpected<Error> not_there(const char* doing, Error error) {
  if (error.code == ErrorCode::kNotFound) error.remedy = "name a folder that is there";
  return while_doing(doing, std::move(error));
}

Result<> look_below_caches(const CacheOptions& options, Breadth breadth, Surveyor& surveyor) {
  const auto path = caches_dir_of(options);
  if (!path) return {};
  const auto caches = open_root(*path);
  if (!caches) {
    if (options.caches_dir.empty() && caches.error().code == ErrorCode::kNotFound) return {};
    return not_there("look for caches", caches.error());
  }
  if (auto names = names_in(caches->get()); !names) {
    return while_doing("look for caches in \"" + path->string() + "\"", names.error());
  }
  surveyor.look_into_caches(caches->get(), *path);
  const fs::path containers_path = path->parent_path() / "Containers";
  if (const auto containers = open_folder(AT_FDCWD, containers_path)) {
    surveyor.look_into_containers(containers->get(), containers_path);
  }
  if (breadth == Breadth::kAll && default_caches_dir(process_environment()) == path) {
    for (const fs::path& system : system_cache_places()) surveyor.look_at_system(system);
  }
  return {};
}

}  // namespace

Result<std::vector<MeasuredPlace>> survey(const CacheOptions& options, Breadth breadth,
                                          const SurveyProgress& progress) {
  const auto app_id = app_id_of(options);
  if (!app_id) return std::unexpected(app_id.error());
  Surveyor surveyor(*app_id, breadth, progress);
  if (breadth != Breadth::kTemporary) {
    if (auto looked = look_below_caches(options, breadth, surveyor); !looked) {
      return std::unexpected(looked.error());
    }
  }
  const auto temporary = temporary_dir_of(options);
  if (breadth != Breadth::kMayClear && temporary) {
    if (!options.temporary_dir.empty()) {
      const auto there = open_root(*temporary);
      if (!there) return not_there("look for temporary models", there.error());
    }
    surveyor.look_into_temporary(*temporary);
  }
  return std::move(surveyor).take();
}

}  // namespace papr
