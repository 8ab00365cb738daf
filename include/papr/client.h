// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "papr/events.h"
#include "papr/memory_store.h"
#include "papr/model.h"
#include "papr/result.h"

namespace papr {

struct ClientParts;

/// Which side an answer came from.
enum class AnsweredBy { kLocal, kCloud };

/// As in JSON output: "local", "cloud".
[[nodiscard]] std::string_view name_of(AnsweredBy side) noexcept;

struct ClientOptions {
  std::filesystem::path model;  ///< a `*.mlpackage` with its tokenizer.json beside it
  std::filesystem::path store;  ///< an SQLite file, created when missing
  int threads = 0;              ///< of one prediction; 0: as many as the machine has cores
  EventSink* events = nullptr;  ///< must outlive the client
};

struct SearchOptions {
  std::size_t limit = 10;
  MemoryFilter filter;
};

/// Hits and where they came from. `degraded`: the answer came another way than the wanted one, and
/// `reason` says why.
struct Answer {
  std::vector<Hit> hits;  ///< best first
  AnsweredBy answered_by = AnsweredBy::kLocal;
  Placement placement = Placement::kUnknown;
  bool degraded = false;
  std::string reason;                ///< empty when there is nothing to explain
  double latency_ms = 0;             ///< wall time of the whole call
  std::vector<std::string> actions;  ///< what was done on the way, in order
};

struct AddOutcome {
  std::string id;  ///< as given, or made from the content
  bool added = false;
  bool updated = false;    ///< neither: the very same memory was there
  bool truncated = false;  ///< longer than the model takes; its tail cannot be found
};

/// How far an import is: everything counted here is committed or rejected.
struct ImportProgress {
  std::size_t read = 0;  ///< lines that were not blank
  std::size_t rejected = 0;
  std::size_t bytes = 0;  ///< of the input
};

struct RejectedLine {
  std::size_t line = 0;  ///< 1 is the first
  std::string error;
};

struct ImportReport {
  std::size_t read = 0;  ///< lines that were not blank
  std::size_t added = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;  ///< stored already: what a resumed import skips
  std::size_t truncated = 0;  ///< stored, but longer than the model takes
  std::vector<RejectedLine> rejected;
  double seconds = 0;
};

/// On-device memory search: a model, a store, and the way between them. Safe to use from several
/// threads.
class Client {
 public:
  /// Loads the model (seconds the first time) and opens the store.
  /// @error as ModelBackend::load and MemoryStore::open; kMismatch when the store holds vectors of
  ///        another model.
  [[nodiscard]] static Result<Client> open(const ClientOptions& options);

  /// @error kInvalidArgument  the query is blank or not UTF-8.
  [[nodiscard]] Result<Answer> search(std::string_view query, const SearchOptions& options = {});

  /// Stores one memory. An empty id is made from the content, so the same text is stored once.
  /// @error kInvalidArgument  content is blank or not UTF-8, or metadata is no JSON object.
  [[nodiscard]] Result<AddOutcome> add(Memory memory);

  /// Stores one JSON object a line: {"id", "content", "metadata", "user_id", "namespace_id",
  /// "organization_id"}; only content is required. A line that cannot be read or
  /// embedded is reported and the rest goes on. Commits every 128 rows, so a killed import resumes
  /// where it was.
  /// @error the store's or the model's; what was committed before stays.
  [[nodiscard]] Result<ImportReport> import_lines(
      std::istream& lines, const std::function<void(const ImportProgress&)>& on_progress = {});

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

 private:
  friend Result<Client> make_client(ClientParts parts);
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace papr
