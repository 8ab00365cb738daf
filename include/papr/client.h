// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "papr/cloud.h"
#include "papr/coreml_guard.h"
#include "papr/events.h"
#include "papr/memory_store.h"
#include "papr/model.h"
#include "papr/pressure.h"
#include "papr/result.h"

namespace papr {

struct ClientParts;
class ClientState;

/// Which side an answer came from.
enum class AnsweredBy { kLocal, kCloud };

/// As in JSON output: "local", "cloud".
[[nodiscard]] std::string_view name_of(AnsweredBy side) noexcept;

/// Which side may be asked at all (PAPR_CLOUD). A query is private: `kNever` is kept even when
/// local fails.
enum class CloudUse { kAuto, kNever, kOnly };

struct ClientOptions {
  std::filesystem::path model;  ///< a `*.mlpackage` with its tokenizer.json beside it
  std::filesystem::path store;  ///< an SQLite file, created when missing
  int threads = 0;              ///< of one prediction; 0: as many as the machine has cores

  CloudUse cloud_use = CloudUse::kAuto;
  std::optional<CloudCredentials> cloud;  ///< nullopt: nobody to be asked but this machine
  std::chrono::milliseconds hedge_after{
      400};  ///< a local answer later than this asks the cloud too
  bool unload_on_critical =
      false;  ///< free the model while memory is critical and the cloud answers

  PressureOptions pressure;
  GuardOptions guard;  ///< its `cloud_allowed` is set by the client
  /// Where the guard remembers clears and crashes between processes; empty: nowhere. Not opened
  /// while the source of pressure is "none".
  std::filesystem::path state_file;
  /// A folder of its own in which compiled models are kept between starts, made when missing;
  /// empty: nowhere.
  std::filesystem::path compiled_models;

  EventSink* events = nullptr;  ///< must outlive the client
};

/// Which side one search asks, within what the client may.
enum class Route {
  kAuto,   ///< local first; the cloud when local is late or out
  kLocal,  ///< this machine only
  kCloud,  ///< the cloud only
};

struct SearchOptions {
  std::size_t limit = 10;
  MemoryFilter filter;
  Route route = Route::kAuto;
  /// From the call to the answer. nullopt: 10 s where the cloud may be asked, else for as long as
  /// it takes. What is late goes on in the background and serves the next search.
  std::optional<std::chrono::milliseconds> deadline;
};

/// Hits and where they came from. `degraded`: the answer came another way than the wanted one, and
/// `reason` says why. Scores are NaN where the API sent none.
struct Answer {
  std::vector<Hit> hits;  ///< best first
  AnsweredBy answered_by = AnsweredBy::kLocal;
  Placement placement = Placement::kUnknown;
  bool degraded = false;
  std::string reason;                ///< empty when there is nothing to explain
  double latency_ms = 0;             ///< wall time of the whole call
  std::vector<std::string> actions;  ///< what was done on the way, in order
  /// How the local model did when it was loaded, whoever answered; nullopt: none was tried yet.
  std::optional<Verification> verification;
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
  /// Opens the store. The model is loaded by the first call that needs it, once for all of them.
  /// Whether there is a model, and somebody to ask, is seen by the first search.
  /// @error as MemoryStore::open, where a store is named.
  /// @error kInvalidArgument  pressure.source is unknown; kUnsupported: it is another system's.
  [[nodiscard]] static Result<Client> open(const ClientOptions& options);

  /// When no side can answer the message names what each met, and the code is the local one's where
  /// local was asked.
  /// @error kInvalidArgument  the query is blank or not UTF-8, the route has no one to ask, local
  /// is
  ///                          to answer without a model, or the API refuses the request.
  /// @error kTimeout          the deadline came first; the message says how far each side was.
  /// @error kMismatch         the store holds vectors of another model.
  /// @error kNotFound         there is no such package, or no Papr API at that address.
  /// @error kCorrupt          package, tokenizer, store or the API's answer cannot be read.
  /// @error kUnsupported      this system's runtime cannot run the model.
  /// @error kDenied           the API refuses who we are.
  /// @error kUnavailable      the model could not be loaded or run this time, the store is locked,
  /// or
  ///                          the API cannot be reached or is out of order.
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

  /// Waits until nothing goes on in the background, at most `limit`; whether that is so. Work that
  /// hangs there is not waited for when the client is destroyed: a program that ends meanwhile
  /// should end by std::_Exit.
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds limit) const;

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

 private:
  friend Client make_client(ClientParts parts);
  explicit Client(std::shared_ptr<ClientState> state) noexcept;
  std::shared_ptr<ClientState> state_;
};

}  // namespace papr
