// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "../base/state_file.h"
#include "papr/coreml_cache.h"
#include "papr/events.h"
#include "papr/result.h"
#include "survey.h"

namespace papr {

/// Who asks for a clear, and so how much may go.
enum class ClearScope {
  kOurs,           ///< the loader's: what is ours, nothing else
  kOursAndLegacy,  ///< a person's or program's explicit call: also legacy entries nobody uses
  kTemporary,      ///< nothing but compiled models that dead processes left in the temporary folder
  kApp,            ///< nothing but the folder of one app, which is not us; for its developer
};

/// As in events and the state file: "ours", "ours_and_legacy", "temporary", "app".
[[nodiscard]] std::string_view name_of(ClearScope scope) noexcept;

/// What is to go and what stays, decided from measured places alone.
struct ClearPlan {
  struct Entry {
    PlaceAddress place;
    FileId place_id;
    std::string name;  ///< of a direct child of the place
    FileId id;         ///< what must still be there under that name
    CacheClass cache_class = CacheClass::kOwn;
    /// Set where it may go only because nobody uses it: when it was last used. Used later than
    /// that, it stays.
    std::optional<WallTime> unused_since = {};
  };
  struct Kept {
    std::filesystem::path path;  ///< of an entry, or of a place that is kept as a whole
    CacheClass cache_class;
    std::string why;
  };
  std::vector<Entry> entries;
  std::vector<Kept> kept;
};

/// What a clear did. Errors are per entry. What is in `cleared` is out of its place for good;
/// `bytes` is what the disk got back, which is less where a hard link elsewhere holds a file, or
/// where an error says that a part is still in the trash.
struct ClearReport {
  struct Cleared {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
  };
  struct Failed {
    std::filesystem::path path;
    Error error;
  };
  bool dry_run = false;
  std::uint64_t freed_bytes = 0;
  std::vector<Cleared> cleared;
  std::vector<ClearPlan::Kept> kept;
  std::vector<Failed> errors;
};

struct ClearOptions {
  bool dry_run = false;  ///< goes the same way, and changes nothing
  /// Told before each single change to the disk, so that a test can stop or meddle there.
  std::function<void()> before_change;
};

/// Carries out a plan: each entry is moved into a trash folder of ours on the same volume in one
/// step. What somebody has opened or used since the plan is put back; the rest is deleted there. A
/// process that dies in between leaves trash that the next call removes.
/// Links are never followed, other volumes never entered, files of other users never deleted; an
/// entry that is no longer what the plan saw stays.
/// @error kUnavailable  another process is clearing, or there can be no trash folder.
/// @error kNotFound     the caches folder is gone.
[[nodiscard]] Result<ClearReport> clear(const ClearPlan& plan,
                                        const std::filesystem::path& caches_dir,
                                        const ClearOptions& options = {});

struct ClearRequest {
  CacheOptions cache;
  ClearScope scope = ClearScope::kOursAndLegacy;
  Breadth breadth = Breadth::kMayClear;  ///< kAll: also names what is never cleared, as kept
  bool dry_run = false;
  /// Asked before anything goes, `anything`: that something would. Gives the reason why all of it
  /// stays for now. Empty: nobody is asked. Not asked where no place that may hold ours has
  /// entries.
  std::function<Result<std::optional<std::string>>(bool anything)> why_not = {};
  SurveyProgress progress = {};
};

/// Locates, plans, clears, and remembers the clear in `state` (cache_state.h). `state` and `events`
/// may be null. Events: "cache_clear_started" {scope}, "cache_cleared" {freed_bytes, entries,
/// errors}; none in a dry run, none where all stays because of `why_not`, and none where there is
/// no caches folder, which is an empty report.
/// @error as `clear`, `survey` and `why_not`.
[[nodiscard]] Result<ClearReport> clear_caches(const ClearRequest& request, StateFile* state,
                                               const Clock& clock, EventSink* events);

/// The same for the loader. Not for a process that has, or had, a model loaded.
[[nodiscard]] Result<ClearReport> clear_ours(const CacheOptions& options, StateFile* state,
                                             ClearScope scope, const Clock& clock,
                                             EventSink* events);

/// What a clear is told that has to do neither with us nor with a cool-down.
struct OneOffClear {
  bool dry_run = false;
  SurveyProgress progress = {};
  EventSink* events = nullptr;
};

/// Clears compiled models that processes left in the temporary folder: of this user, made by a
/// process that is gone where the name says which one, open in no process, and not used for 24
/// hours.
/// @error as `clear_caches`.
[[nodiscard]] Result<ClearReport> clear_temporary(const CacheOptions& options,
                                                  const OneOffClear& how, const Clock& clock);

/// Clears the folder of another app, `app_id` being its bundle id or process name. For who
/// develops it: the app compiles its models again.
/// @error kUnavailable      the app runs, or the system does not say whether it does.
/// @error kNotFound         there is no cache of such an app.
/// @error kInvalidArgument  `app_id` is Apple's, ours, no folder name, or one that many programs
/// run under.
/// @error as `clear_caches`.
[[nodiscard]] Result<ClearReport> clear_app(CacheOptions options, const std::string& app_id,
                                            const OneOffClear& how, const Clock& clock);

}  // namespace papr
