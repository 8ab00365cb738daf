// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "papr/result.h"

namespace papr {

/// One remembered text and what is known about it. Text fields are UTF-8.
struct Memory {
  std::string id;                    ///< unique within a store; never empty once stored
  std::string content;               ///< never empty
  std::string metadata_json = "{}";  ///< a JSON object; the store keeps its spelling
  std::string user_id;               ///< empty: of no user in particular
  std::string namespace_id;          ///< empty: of no namespace
  std::string organization_id;       ///< empty: of no organisation
  std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds> created_at{};
  std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds> updated_at{};
};

/// Which memories count. Every field that is set must match; an empty filter matches all.
struct MemoryFilter {
  std::optional<std::string> user_id;
  std::optional<std::string> namespace_id;
  std::optional<std::string> organization_id;
  /// Top-level metadata keys and the value each must have; at most 64. A string compares as text,
  /// a number as a number however it is spelled, true, false and null by name. An array matches
  /// when one of its members does; an object never does.
  std::map<std::string, std::string> metadata;

  [[nodiscard]] bool empty() const noexcept {
    return !user_id && !namespace_id && !organization_id && metadata.empty();
  }
};

/// A memory with its vector, ready to be stored.
struct EmbeddedMemory {
  Memory memory;
  std::vector<float> vector;  ///< shape [dim], L2 norm 1 ± 1e-3
};

/// A memory found by its vector.
struct Hit {
  Memory memory;
  double score = 0;  ///< cosine with the query, [-1, 1]
};

/// Whose vectors a store holds.
struct ModelIdentity {
  std::string fingerprint;  ///< hex; two models that embed differently never share one
  std::size_t dim = 0;
  bool operator==(const ModelIdentity&) const = default;
};

/// How many rows a `put` created and changed. Rows that were the same already are in neither.
struct PutOutcome {
  std::size_t added = 0;
  std::size_t updated = 0;
};

struct StoreOptions;

/// Memories on disk: one SQLite file in WAL mode with the vectors beside the rows.
///
/// Several processes and threads may use one store; calls on one object are serialised inside.
/// A store keeps vectors of one model only: the first `put` decides whose. What `put` has returned
/// for survives the death of the process (kill -9) and, with the usual caveats of SQLite's
/// synchronous=NORMAL, loses at most the last commits in a power cut but never the whole.
class MemoryStore {
 public:
  /// Opens the store, creating file (0600) and folder (0700) when missing. One that may only be
  /// read is opened where SQLite can, which is while another process has it open or where it may
  /// write to the folder; `put` then is kUnavailable.
  /// @error kInvalidArgument  the path is empty, or a folder or device is there.
  /// @error kNotFound         a parent of the path is a file, or a link to nothing is there.
  /// @error kCorrupt          the file is not a store of ours, or is damaged.
  /// @error kUnsupported      a newer papr made it, or its disk has no shared memory.
  /// @error kUnavailable      another process holds it for longer than the wait of 5 s, or the OS
  ///                          does not let us write file and folder.
  /// @error kDiskFull
  [[nodiscard]] static Result<MemoryStore> open(const std::filesystem::path& path);

  MemoryStore(MemoryStore&&) noexcept;
  MemoryStore& operator=(MemoryStore&&) noexcept;
  ~MemoryStore();

  /// Inserts or replaces by id, all or nothing. The store sets the times: `created_at` when an id
  /// is new, `updated_at` when anything of it changed. An emptied store takes a new model.
  /// @error kMismatch         the store holds vectors of another model; nothing is written.
  /// @error kInvalidArgument  an id or content is empty, a text is not UTF-8, a vector has another
  ///                          length or norm, or metadata_json is no JSON object.
  /// @error kDiskFull, kUnavailable (locked): nothing is written.
  [[nodiscard]] Result<PutOutcome> put(const ModelIdentity& model,
                                       std::span<const EmbeddedMemory> memories);

  /// Removes one memory and its vector. False when there was none of that id.
  /// @error as `put`.
  [[nodiscard]] Result<bool> remove(std::string_view id);

  /// The newest memories that match, newest first, equal times by id; at most `limit`.
  [[nodiscard]] Result<std::vector<Memory>> list(std::size_t limit,
                                                 const MemoryFilter& filter = {}) const;

  /// The `limit` memories closest to `query` ([dim], norm 1 ± 1e-3) by cosine, best first; equal
  /// scores by id. Exact: equal to a scan of every row in double precision. Sees what other
  /// processes have committed. The first call reads every vector into memory (dim × 4 bytes a row).
  /// @error kMismatch  the store holds vectors of another model. An empty store has no hits.
  [[nodiscard]] Result<std::vector<Hit>> nearest(const ModelIdentity& model,
                                                 std::span<const float> query, std::size_t limit,
                                                 const MemoryFilter& filter = {}) const;

  /// Of `memories`, which are stored already with the same content, metadata and owner. [i] is true
  /// where nothing needs to be done; what lets an import resume.
  /// @error kMismatch  the store holds vectors of another model.
  [[nodiscard]] Result<std::vector<bool>> unchanged(const ModelIdentity& model,
                                                    std::span<const Memory> memories) const;

  /// How many memories match.
  [[nodiscard]] Result<std::size_t> count(const MemoryFilter& filter = {}) const;

 private:
  friend Result<MemoryStore> open_store(const std::filesystem::path& path,
                                        const StoreOptions& options);
  struct Impl;
  explicit MemoryStore(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace papr
