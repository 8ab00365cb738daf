// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "../base/errno_error.h"
#include "cache_clear.h"
#include "caches_folder.h"
#include "entry_meter.h"
#include "open_entries.h"
#include "open_files.h"
#include "remove_tree.h"
#include "trash.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// One run. In a dry one each step is checked as far as that goes without changing anything.
class Clear {
 public:
  Clear(const ClearOptions& options, std::optional<Trash> trash)
      : options_(options), trash_(std::move(trash)) {
    report_.dry_run = options.dry_run;
  }

  /// What an earlier run left because it was killed or could not delete it.
  void take_leftovers() {
    if (!trash_) return;
    const auto names = trash_->names();
    if (!names) {
      report_.errors.push_back({trash_->path(), names.error()});
      return;
    }
    for (const std::string& name : *names) {
      if (trash_->took(name)) {
        doomed_.push_back({trash_->handle(), name, trash_->path() / name});
      } else {
        save(name);
      }
    }
  }

  /// First all entries leave their places, each in one step; then they are deleted. So the time in
  /// which somebody can see half of a cache is short.
  void take(const ClearPlan::Entry& entry) {
    const fs::path path = entry.place.path() / entry.name;
    auto taken = try_take(entry, path);
    if (!taken) {
      report_.errors.push_back({path, taken.error()});
      return;
    }
    doomed_.push_back(std::move(*taken));
  }

  /// What somebody has opened, or used, since the plan was made: it was measured some time ago.
  void spare_used() {
    if (!trash_ || options_.dry_run || doomed_.empty()) return;
    const auto held = names_held_in_trash();
    std::erase_if(doomed_, [&](const Doomed& one) {
      const std::string why = why_used(one, held);
      if (why.empty()) return false;
      spare(one, why);
      return true;
    });
  }

  void remove_all() {
    for (const Doomed& one : doomed_) {
      auto removed =
          remove_tree(one.parent, one.name, freed_, {options_.dry_run, &options_.before_change});
      report_.freed_bytes += removed.bytes;
      if (removed.problem.empty()) {
        report_.cleared.push_back({one.path, removed.bytes});
      } else {
        report_.errors.push_back(
            {one.path, Error{ErrorCode::kUnavailable, "empty trash: " + removed.problem,
                             "the next clear tries again"}});
      }
    }
  }

  ClearReport take_report() && { return std::move(report_); }

 private:
  struct Doomed {
    int parent;  ///< the trash, or in a dry run the place
    std::string name;
    fs::path path;                            ///< where it was
    const ClearPlan::Entry* entry = nullptr;  ///< null: a killed run left it, its place is unknown
    int place = -1;
  };

  Result<std::set<std::string>> names_held_in_trash() {
    std::error_code error;
    const fs::path folder = fs::canonical(trash_->path(), error);
    if (error) return fail(ErrorCode::kUnavailable, error.message());
    const auto files = open_files_below(folder);
    if (!files) return std::unexpected(files.error());
    return names_held(folder, *files);
  }

  std::string why_used(const Doomed& one, const Result<std::set<std::string>>& held) {
    if (held && held->contains(one.name)) return "open in another program";
    if (one.entry == nullptr || !one.entry->unused_since) return "";
    if (!held) return "may be open in another program: " + held.error().message;
    const auto now = meter_.measure(one.parent, one.name);
    const bool used = !now || !now->problem.empty() || now->newest_use > one.entry->unused_since;
    return used ? "used at this moment" : "";
  }

  void spare(const Doomed& one, const std::string& why) {
    if (one.entry == nullptr) {
      report_.kept.push_back({one.path, CacheClass::kOwn, why + "; in the trash until then"});
      return;
    }
    const auto given =
        trash_->give_back(one.place, one.entry->name, one.name, options_.before_change);
    if (given) {
      report_.kept.push_back({one.path, one.entry->cache_class, why});
    } else {
      report_.errors.push_back({one.path, while_doing("clear: " + why, given.error()).error()});
    }
  }

  /// What a killed run could not put back any more, or what never was a run's.
  void save(const std::string& name) {
    std::string message = "empty trash: \"" + name + "\" is not what a clear was to take";
    if (!options_.dry_run) {
      const auto saved = trash_->save(name, options_.before_change);
      message += saved ? "; it is now \"" + saved->string() + '"' : ": " + saved.error().message;
    }
    report_.errors.push_back(
        {trash_->path() / name, Error{ErrorCode::kUnavailable, std::move(message),
                                      "move it to where it belongs, or delete it"}});
  }

  Result<Doomed> try_take(const ClearPlan::Entry& entry, const fs::path& path) {
    const auto place = open_place(entry);
    if (!place) return std::unexpected(place.error());
    if (auto same = check_same(*place, entry.name, entry.id); !same) {
      return std::unexpected(same.error());
    }
    if (::faccessat(*place, ".", W_OK | X_OK, AT_EACCESS) != 0) {
      return fail_errno("move", path, errno);
    }
    // A folder that comes into another one is itself written: it gets a new "..".
    const std::string inside = entry.name + "/.";
    if (::faccessat(*place, inside.c_str(), W_OK, AT_EACCESS) != 0 && errno != ENOTDIR) {
      return fail_errno("move", path, errno);
    }
    if (options_.dry_run) return Doomed{*place, entry.name, path, &entry, *place};
    auto taken = trash_->take(*place, entry.name, entry.id, options_.before_change);
    if (!taken) return std::unexpected(taken.error());
    return Doomed{trash_->handle(), std::move(*taken), path, &entry, *place};
  }

  /// Once for all entries of a place; open as long as the run.
  Result<int> open_place(const ClearPlan::Entry& entry) {
    const fs::path path = entry.place.path();
    if (const auto open = places_.find(path); open != places_.end()) return open->second.get();
    const auto root = open_root(entry.place.root);
    if (!root) return std::unexpected(root.error());
    auto place = open_below(root->get(), entry.place.below);
    if (!place) return std::unexpected(place.error());
    struct stat status{};
    if (::fstat(place->get(), &status) != 0 || id_of(status) != entry.place_id) {
      return fail(ErrorCode::kUnavailable,
                  "clear in \"" + path.string() + "\": the folder was replaced");
    }
    return places_.emplace(path, std::move(*place)).first->second.get();
  }

  const ClearOptions& options_;
  std::optional<Trash> trash_;
  FreedBytes freed_;
  EntryMeter meter_{{}};
  std::map<fs::path, UniqueFd> places_;
  std::vector<Doomed> doomed_;
  ClearReport report_;
};

/// No trash in a dry run without one, and where there is neither a plan nor trash to be emptied.
Result<std::optional<Trash>> open_trash(const ClearPlan& plan, int caches, const fs::path& path,
                                        const ClearOptions& options) {
  if (options.dry_run || plan.entries.empty()) {
    auto there = Trash::look(caches, path);
    if (!there && there.error().code == ErrorCode::kNotFound) return std::nullopt;
    if (!there) return std::unexpected(there.error());
    if (options.dry_run) return std::optional(std::move(*there));
    if (const auto names = there->names(); names && names->empty()) return std::nullopt;
  }
  auto trash = Trash::open(caches, path, options.before_change);
  if (!trash) return std::unexpected(trash.error());
  return std::optional(std::move(*trash));
}

}  // namespace

Result<ClearReport> clear(const ClearPlan& plan, const fs::path& caches_dir,
                          const ClearOptions& options) {
  const auto caches = open_root(caches_dir);
  if (!caches) return while_doing("clear caches", caches.error());
  auto trash = open_trash(plan, caches->get(), caches_dir, options);
  if (!trash) return while_doing("clear caches", trash.error());
  Clear run(options, std::move(*trash));
  run.take_leftovers();
  for (const ClearPlan::Entry& entry : plan.entries) run.take(entry);
  run.spare_used();
  run.remove_all();
  ClearReport report = std::move(run).take_report();
  report.kept.insert(report.kept.begin(), plan.kept.begin(), plan.kept.end());
  return report;
}

}  // namespace papr
