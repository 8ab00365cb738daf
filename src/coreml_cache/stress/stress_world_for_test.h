// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "../compiled_models/compiled_model_store.h"
#include "../fake_caches.h"

namespace papr::stress {

using Random = std::mt19937_64;

/// What all processes of a run have done together. In memory that they share.
struct Counters {
  std::atomic<std::uint64_t> clears = 0;       ///< that came to their end
  std::atomic<std::uint64_t> busy = 0;         ///< that found another at it
  std::atomic<std::uint64_t> cleared = 0;      ///< entries
  std::atomic<std::uint64_t> left = 0;         ///< errors of entries, most taken by another before
  std::atomic<std::uint64_t> own_bundles = 0;  ///< made, held open and read
  std::atomic<std::uint64_t> open_checks = 0;  ///< of entries that were open, and so had to stay
  std::atomic<std::uint64_t> records = 0;      ///< of entries of ours in the state file
  std::atomic<std::uint64_t> swaps = 0;  ///< of an entry for something that has to stay, and back
  std::atomic<std::uint64_t> caught_swaps = 0;  ///< that a clear had in its hand
  std::atomic<std::uint64_t> puts = 0;
  std::atomic<std::uint64_t> finds = 0;
  std::atomic<std::uint64_t> removes = 0;
  std::atomic<std::uint64_t> purges = 0;
};

/// The disk on which all of them work, and what they tell of it. Processes are forked from the one
/// that made it and leave with _exit.
class World {
 public:
  World();

  [[nodiscard]] const FakeCaches& caches() const { return caches_; }
  [[nodiscard]] Counters& count() const { return *counters_; }
  [[nodiscard]] std::filesystem::path state() const { return caches_.folder() / "data/state.json"; }
  [[nodiscard]] std::filesystem::path precious() const { return caches_.folder() / "precious"; }
  /// A file for each swap that is not known to have ended well.
  [[nodiscard]] std::filesystem::path pending() const { return caches_.folder() / "pending"; }
  /// Where a thing is made before it is swapped in, and where an entry goes that it replaces.
  [[nodiscard]] std::filesystem::path aside() const { return caches_.folder() / "aside"; }
  [[nodiscard]] CompiledModelStoreOptions store_options() const;

  /// Ends this process, telling why: something happened that never may.
  [[noreturn]] void violated(const std::string& what) const;
  /// What any process told.
  [[nodiscard]] std::string violations() const;

 private:
  FakeCaches caches_;
  std::shared_ptr<Counters> counters_;
};

/// Starts with the letter of its maker's kind and the number of its process; no name comes twice.
[[nodiscard]] std::string unique_name(char letter);
/// Whether the process that made up the name has ended.
[[nodiscard]] bool maker_is_dead(const std::string& name);

/// Makes an entry whose files tell its name; its file "done" comes last. False: the OS refused,
/// because somebody took it away.
[[nodiscard]] bool make_bundle(const std::filesystem::path& entry);

/// The bytes of the largest of its files.
[[nodiscard]] std::string bundle_text(const std::string& name);

/// What is wrong with an entry that was made to its end: nothing where it is not there, or goes
/// while it is looked at. Looks at names and lengths, which is no use; so it stays old.
[[nodiscard]] std::string what_is_missing(const std::filesystem::path& entry);

/// Where a thing that was swapped in is now; empty: nowhere.
[[nodiscard]] std::filesystem::path find_swapped(const World& world, const std::string& name);

/// What a process of each kind does, again and again, until it is killed.
void clear_once(const World& world, Random& random);
void use_own_once(const World& world, Random& random);
void use_legacy_once(const World& world, Random& random);
void record_once(const World& world, Random& random);
void swap_once(const World& world, Random& random);
void use_store_once(const World& world, Random& random);

}  // namespace papr::stress
