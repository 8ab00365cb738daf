// SPDX-License-Identifier: Apache-2.0
// Many processes clear and use caches and compiled models at once, and die at any moment.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "../../base/disk_snapshot_for_test.h"
#include "../../base/fake_event_sink.h"
#include "../../base/memory_disk_for_test.h"
#include "../cache_clear.h"
#include "../cache_state.h"
#include "../compiled_models/store_for_test.h"
#include "stress_world_for_test.h"

namespace papr::stress {
namespace {

namespace fs = std::filesystem;

using Work = void (*)(const World&, Random&);

/// Ten that clear, ten that use.
constexpr Work kProcesses[] = {
    clear_once,   clear_once,   clear_once,      clear_once,      clear_once,
    clear_once,   clear_once,   clear_once,      clear_once,      clear_once,
    use_own_once, use_own_once, use_legacy_once, use_legacy_once, record_once,
    swap_once,    swap_once,    use_store_once,  use_store_once,  use_store_once,
};
constexpr std::size_t kCount = std::size(kProcesses);
constexpr auto kBetweenKills = std::chrono::milliseconds(30);

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Processes {
 public:
  Processes(const World& world, std::uint64_t seed) : world_(world), random_(seed) {
    for (std::size_t i = 0; i < kCount; ++i) pids_.push_back(start(i));
  }
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;
  ~Processes() {
    for (const pid_t pid : pids_) kill(pid);
  }

  /// Kills any one and starts another in its place.
  void replace_one() {
    const std::size_t i = random_() % kCount;
    kill(pids_[i]);
    pids_[i] = start(i);
  }

  /// Whether all of them still run: they end by themselves only when they saw what never may be.
  [[nodiscard]] bool all_run() {
    for (pid_t& pid : pids_) {
      if (pid <= 0) return false;
      int status = 0;
      if (::waitpid(pid, &status, WNOHANG) == 0) continue;
      pid = 0;
      if (WIFSIGNALED(status)) std::cout << "  crashed: signal " << WTERMSIG(status) << '\n';
      return false;
    }
    return true;
  }

 private:
  // 0 and -1 would be other processes than ours.
  static void kill(pid_t pid) {
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }

  pid_t start(std::size_t i) {
    const std::uint64_t seed = random_();
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    Random random(seed);
    while (::getppid() == parent) kProcesses[i](world_, random);
    ::_exit(0);
  }

  const World& world_;
  Random random_;
  std::vector<pid_t> pids_;
};

/// What no clear may ever touch.
DiskSnapshot precious_of(const World& world) {
  DiskSnapshot all;
  const auto& caches = world.caches();
  for (const auto& folder : {caches.caches() / "com.example.notes", caches.shared(),
                             caches.container("com.example.photos"), world.precious()}) {
    for (const auto& [name, text] : snapshot_of(folder)) all[(folder / name).string()] = text;
  }
  return all;
}

void print(const World& world, std::uint64_t kills) {
  const Counters& count = world.count();
  std::cout << "  stress: " << kills << " kills, " << count.clears << " clears (" << count.busy
            << " found another at it) of " << count.cleared << " entries, " << count.left
            << " left to the next; " << count.own_bundles << " own bundles, " << count.open_checks
            << " looks at open entries, " << count.records << " records, " << count.swaps
            << " swaps (" << count.caught_swaps << " caught); " << count.puts << " puts, "
            << count.finds << " finds, " << count.removes << " removes, " << count.purges
            << " purges\n";
}

/// One clear without a plan: what killed ones left.
void expect_no_trash(const World& world) {
  const auto emptied = clear({}, world.caches().caches());
  ASSERT_TRUE(emptied) << emptied.error().message;
  for (const auto& one : emptied->errors) {
    EXPECT_NE(one.error.message.find("saved-"), std::string::npos) << one.error.message;
  }
  EXPECT_EQ(snapshot_of(world.caches().trash()), DiskSnapshot());
  for (const auto& swap : fs::directory_iterator(world.pending())) {
    EXPECT_FALSE(find_swapped(world, swap.path().filename()).empty()) << swap.path();
  }
  for (const auto& entry : fs::directory_iterator(world.caches().legacy())) {
    EXPECT_EQ(what_is_missing(entry.path()), "");
  }
}

void expect_all_can_be_cleared(const World& world) {
  FakeCaches::age(world.caches().legacy(), std::chrono::hours(1));
  FakeEventSink sink;
  StateFile state(world.state(), &sink);
  const auto report = clear_caches({.cache = world.caches().options()}, &state, SystemClock(), {});
  ASSERT_TRUE(report) << report.error().message;
  for (const auto& one : report->errors) ADD_FAILURE() << one.error.message;
  EXPECT_EQ(snapshot_of(world.caches().own()), DiskSnapshot());
  EXPECT_EQ(snapshot_of(world.caches().legacy()), DiskSnapshot());
  EXPECT_TRUE(sink.names().empty()) << "the state file was damaged";
  EXPECT_FALSE(fs::exists(world.state().string() + ".unfinished"));
}

void expect_sound_store(const World& world) {
  const CompiledModelStore store(world.store_options());
  const auto purged = store.purge(PurgeScope::kLeftovers);
  ASSERT_TRUE(purged) << purged.error().message;
  for (const auto& failed : purged->failed) ADD_FAILURE() << failed.error.message;
  EXPECT_EQ(snapshot_of(world.store_options().folder / "unfinished"), DiskSnapshot());
  const auto models = store.usage();
  ASSERT_TRUE(models) << models.error().message;
  EXPECT_LE(bytes_of(*models), world.store_options().limit_bytes);
  for (const StoredModel& model : *models) {
    const auto found = store.find(model.key);
    EXPECT_TRUE(found && files_in(found->path()) == model_of(model.key.name().substr(60)));
  }
}

TEST(CacheStress, NothingIsLostWhileManyProcessesClearAndUseAndDie) {
  const std::uint64_t seconds = number_from("PAPR_STRESS_SECONDS", 3);
  const std::uint64_t seed = number_from("PAPR_STRESS_SEED", std::random_device()());
  std::cout << "  stress: seed " << seed << " (PAPR_STRESS_SEED), " << seconds
            << " s (PAPR_STRESS_SECONDS)\n";
  const MemoryDiskForTest memory_disk;
  const World world;
  const auto precious = precious_of(world);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::uint64_t kills = 0;
  {
    Processes processes(world, seed);
    bool sound = true;
    while (sound && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(kBetweenKills);
      sound = processes.all_run();
      if (sound) processes.replace_one();
      if (++kills % 16 == 0) sound = sound && precious_of(world) == precious;
    }
  }
  print(world, kills);
  ASSERT_EQ(world.violations(), "");
  const auto now = precious_of(world);
  EXPECT_EQ(now, precious) << difference(precious, now);
  expect_no_trash(world);
  expect_all_can_be_cleared(world);
  expect_sound_store(world);
  EXPECT_EQ(precious_of(world), precious);
  EXPECT_GT(world.count().clears, 0U);
  EXPECT_GT(world.count().open_checks, 0U);
  EXPECT_GT(world.count().puts, 0U);
}

}  // namespace
}  // namespace papr::stress
