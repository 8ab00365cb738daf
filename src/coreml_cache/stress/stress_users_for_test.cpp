// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "../../base/fake_event_sink.h"
#include "../cache_clear.h"
#include "../cache_state.h"
#include "../compiled_models/store_for_test.h"
#include "../open_entries.h"
#include "../plan_clear.h"
#include "stress_world_for_test.h"

namespace papr::stress {

namespace fs = std::filesystem;

namespace {

constexpr auto kHour = std::chrono::hours(1);

/// So that others come in between: what is held has to be held for a while.
void hold(Random& random) {
  std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
}

bool one_of(Random& random, unsigned many) { return random() % many == 0; }

std::string read_open(int file) {
  std::string text(8192, '\0');
  const ssize_t length = ::pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  return text;
}

UniqueFd open_bundle(const fs::path& entry) {
  return UniqueFd(::open((entry / "m.bundle/H16C.e5").c_str(), O_RDONLY | O_CLOEXEC));
}

bool is_at(int file, const fs::path& path) {
  struct stat open{};
  struct stat named{};
  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino;
}

/// What dead processes left young would stay for ten minutes.
void age_leftovers(const World& world) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(world.caches().legacy(), gone)) {
    const std::string name = entry.path().filename();
    if (name.front() == 'L' && maker_is_dead(name)) {
      try {
        FakeCaches::age(entry.path(), kHour);
      } catch (const fs::filesystem_error&) {  // another took it
      }
    }
  }
}

void check_entries(const World& world) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(world.caches().legacy(), gone)) {
    if (const auto what = what_is_missing(entry.path()); !what.empty()) world.violated(what);
  }
}

void tell_of(const World& world, const char* what, const Error& error) {
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kNotFound ||
      error.code == ErrorCode::kTimeout) {
    return;
  }
  world.violated(std::string(what) + ": " + error.message);
}

/// As clear_caches does it, and now and then so slow that others come between any two changes.
Result<ClearReport> clear_slowly(const ClearRequest& request, StateFile& file, Random& random) {
  const auto places = survey(request.cache, request.breadth);
  if (!places) return std::unexpected(places.error());
  const auto state = file.read();
  if (!state) return std::unexpected(state.error());
  const auto known = parse_cache_state(state->value(kCacheStateKey, nlohmann::json()));
  const auto plan = plan_clear(*places, known.ownership, find_open_entries(*places), request.scope,
                               SystemClock().wall_now());
  std::size_t change = 0;
  auto report = clear(plan, request.cache.caches_dir, {.before_change = [&] {
                        const bool taking = ++change < plan.entries.size() + 5;
                        if (one_of(random, taking ? 2 : 100)) hold(random);
                      }});
  if (!report) return report;
  const auto remembered = file.update([&](nlohmann::json& now) -> Result<> {
    const auto before = parse_cache_state(now.value(kCacheStateKey, nlohmann::json()));
    now[kCacheStateKey] = json_of(record_clear(before, *report));
    return {};
  });
  if (!remembered) report->errors.push_back({file.path(), remembered.error()});
  return report;
}

class Swap {
 public:
  explicit Swap(const World& world)
      : name_(unique_name('S')),
        entry_(world.caches().legacy() / name_),
        thing_(world.aside() / name_),
        old_(world.aside() / (name_ + "-old")),
        pending_(world.pending() / name_) {
    fs::create_directory(thing_);
    std::ofstream(thing_ / "swapped-in") << name_;
    if (!make_bundle(entry_)) world.violated("a new entry was taken: " + entry_.string());
    std::ofstream(pending_).flush();
    FakeCaches::age(entry_, kHour);
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Each gives whether it went well: from the first time on that it did not, nothing is moved.
  bool there() { return !met_ && !(met_ = !move(entry_, old_) || !move(thing_, entry_)); }
  bool back() { return !met_ && !(met_ = !move(entry_, thing_) || !move(old_, entry_)); }

  void clean_up() const {
    fs::remove(pending_);  // from here on the thing is ours to remove
    std::error_code none;
    for (const auto& path : {thing_, old_, entry_}) fs::remove_all(path, none);
  }

 private:
  static bool move(const fs::path& from, const fs::path& to) {
    return ::rename(from.c_str(), to.c_str()) == 0;
  }

  std::string name_;
  fs::path entry_;
  fs::path thing_;
  fs::path old_;
  fs::path pending_;
  bool met_ = false;
};

void check_held(const World& world, const HeldModel& model, const std::string& text,
                Random& random) {
  for (int i = 0; i < 3; ++i) {
    if (files_in(model.path()) != model_of(text)) {
      world.violated("a model in use is not whole: " + model.path().string());
    }
    hold(random);
  }
}

}  // namespace

void clear_once(const World& world, Random& random) {
  StateFile state(world.state());
  const ClearRequest request{
      .cache = world.caches().options(),
      .scope = one_of(random, 4) ? ClearScope::kOurs : ClearScope::kOursAndLegacy,
      .breadth = one_of(random, 4) ? Breadth::kAll : Breadth::kMayClear,
      .dry_run = one_of(random, 8)};
  const auto report = one_of(random, 2) ? clear_caches(request, &state, SystemClock(), nullptr)
                                        : clear_slowly(request, state, random);
  if (!report) {
    ++world.count().busy;
    return tell_of(world, "clear", report.error());
  }
  if (report->dry_run) return;
  ++world.count().clears;
  world.count().cleared += report->cleared.size();
  world.count().left += report->errors.size();
  for (const auto& one : report->errors) {
    const auto& text = one.error.message;
    const bool put_back = text.find("was put there at this moment") != std::string::npos;
    const bool saved = text.find("saved-") != std::string::npos;
    if (put_back || saved) ++world.count().caught_swaps;
  }
}

// What is ours may go while it is used: whoever has a file of it open keeps its bytes.
void use_own_once(const World& world, Random& random) {
  const auto entry = world.caches().own() / unique_name('O');
  if (!make_bundle(entry)) return;
  const auto file = open_bundle(entry);
  if (!file.valid()) return;
  for (int i = 0; i < 3; ++i) {
    if (read_open(file.get()) != bundle_text(entry.filename())) {
      world.violated("an open file lost its bytes: " + entry.string());
    }
    if (const auto what = what_is_missing(entry); !what.empty()) world.violated(what);
    // In vain when it was taken; in the way of the one who deletes it when it is being deleted.
    std::ofstream(entry / ("more" + std::to_string(i))) << "more";
    hold(random);
  }
  ++world.count().own_bundles;
}

// What is not ours goes only when it was not used for long and nobody has it open. It is opened
// before it gets old, so there is no plan that sees it old and not open.
void use_legacy_once(const World& world, Random& random) {
  const auto entry = world.caches().legacy() / unique_name('L');
  if (!make_bundle(entry)) world.violated("a new entry was taken: " + entry.string());
  auto file = open_bundle(entry);
  if (!file.valid()) world.violated("a new entry was taken: " + entry.string());
  const auto milhash = entry / "model.milhash";
  FakeCaches::age(entry, kHour);
  for (int i = 0; i < 8; ++i) {
    hold(random);  // without reading: that would make it young
    if (!is_at(file.get(), entry / "m.bundle/H16C.e5") || !what_is_missing(entry).empty()) {
      world.violated("an entry went while it was open: " + entry.string());
    }
    ++world.count().open_checks;
  }
  if (bytes_in(milhash) != entry.filename() ||
      read_open(file.get()) != bundle_text(entry.filename())) {
    world.violated("an entry changed while it was open: " + entry.string());
  }
  FakeCaches::age(entry, kHour);
  file.reset();
  hold(random);
  check_entries(world);
  if (one_of(random, 4)) age_leftovers(world);
}

// What the state file says is ours goes whatever its age; as long as it is there it is in the file.
void record_once(const World& world, Random& random) {
  const auto entry = world.caches().legacy() / unique_name('R');
  if (!make_bundle(entry)) world.violated("a new entry was taken: " + entry.string());
  FakeEventSink sink;
  StateFile file(world.state(), &sink);
  const auto recorded = file.update([&](nlohmann::json& state) -> Result<> {
    auto known = parse_cache_state(state.value(kCacheStateKey, nlohmann::json()));
    known.ownership.entries.insert(entry);
    state[kCacheStateKey] = json_of(known);
    return {};
  });
  if (!recorded) return FakeCaches::age(entry, kHour);  // the lock was not to be had in time
  hold(random);
  const auto state = file.read();
  if (!state || !sink.names().empty()) world.violated("the state file is damaged");
  const auto known = parse_cache_state(state->value(kCacheStateKey, nlohmann::json()));
  if (!known.ownership.entries.contains(entry) && fs::exists(entry)) {
    world.violated("the record of " + entry.string() + " was lost");
  }
  ++world.count().records;
}

// Things that were never looked at take the places of old entries and give them back, all the time
// until one of the moves fails: then a clear has one of the two.
void swap_once(const World& world, Random& random) {
  constexpr int kAtOnce = 8;
  std::vector<Swap> swaps;
  for (int i = 0; i < kAtOnce; ++i) swaps.emplace_back(world);
  const auto swap_until = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  while (std::chrono::steady_clock::now() < swap_until) {
    for (Swap& swap : swaps) world.count().swaps += swap.there() ? 1U : 0U;
    hold(random);
    for (Swap& swap : swaps) swap.back();
    hold(random);
  }
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (const Swap& swap : swaps) {
    while (find_swapped(world, swap.name()).empty()) {
      if (std::chrono::steady_clock::now() > give_up) world.violated("lost: " + swap.name());
      hold(random);
    }
    swap.clean_up();
  }
}

void use_store_once(const World& world, Random& random) {
  const CompiledModelStore store(world.store_options());
  const char letter = static_cast<char>('a' + random() % 5);
  const auto key = StoreForTest::key(letter);
  const std::string text = key.name().substr(60);
  switch (random() % 8) {
    case 0: {
      const auto removed = store.remove(key);
      ++world.count().removes;
      return removed ? void() : tell_of(world, "remove", removed.error());
    }
    case 1: {
      const auto purged =
          store.purge(one_of(random, 8) ? PurgeScope::kAll : PurgeScope::kLeftovers);
      ++world.count().purges;
      return purged ? void() : tell_of(world, "purge", purged.error());
    }
    case 2:
    case 3: {
      const auto found = store.find(key);
      if (!found) return tell_of(world, "find", found.error());
      check_held(world, *found, text, random);
      ++world.count().finds;
      return;
    }
    default: {
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
      const auto put = store.put(key, filling(text), {.deadline = deadline});
      if (!put) return tell_of(world, "put", put.error());
      check_held(world, *put, text, random);
      ++world.count().puts;
    }
  }
}

}  // namespace papr::stress
