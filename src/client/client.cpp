// SPDX-License-Identifier: Apache-2.0
#include "papr/client.h"

#include <chrono>
#include <string>
#include <utility>

#include "../embed/open_embedder.h"
#include "../model/model_backend.h"
#include "client_parts.h"
#include "import.h"
#include "memory_line.h"

namespace papr {
namespace {

double milliseconds_between(SteadyTime start, SteadyTime end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
}

void tell(EventSink* sink, const Event& event) {
  if (sink != nullptr) sink->on_event(event);
}

}  // namespace

std::string_view name_of(AnsweredBy side) noexcept {
  return side == AnsweredBy::kCloud ? "cloud" : "local";
}

struct Client::Impl {
  ClientParts parts;
};

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> make_client(ClientParts parts) {
  // Asked with no rows, this only compares the identities.
  const auto matches = parts.store.unchanged(parts.identity, {});
  if (!matches) return std::unexpected(matches.error());
  return Client(std::make_unique<Client::Impl>(Client::Impl{std::move(parts)}));
}

Result<Client> Client::open(const ClientOptions& options) {
  // The store first: it opens in milliseconds, and its errors need no model to be seen.
  auto store = MemoryStore::open(options.store);
  if (!store) return std::unexpected(store.error());

  auto clock = std::make_shared<const SystemClock>();
  const SteadyTime start = clock->steady_now();
  tell(options.events, {.name = "load_started", .fields = {}});
  const auto backend = make_system_model_backend({.threads = options.threads});
  auto opened = open_embedder(*backend, options.model);
  const double seconds = milliseconds_between(start, clock->steady_now()) / 1000;
  if (!opened) {
    tell(options.events, {.name = "load_finished",
                          .fields = {{"ok", false},
                                     {"code", std::string(name_of(opened.error().code))},
                                     {"seconds", seconds}}});
    return std::unexpected(opened.error());
  }
  const Placement placement = opened->embedder.model().placement();
  tell(options.events, {.name = "load_finished",
                        .fields = {{"ok", true},
                                   {"backend", std::string(backend->name())},
                                   {"placement", std::string(name_of(placement))},
                                   {"seconds", seconds}}});
  const std::size_t dim = opened->embedder.shape().dim;
  return make_client({.embedder = std::move(opened->embedder),
                      .store = std::move(*store),
                      .identity = {.fingerprint = std::move(opened->fingerprint), .dim = dim},
                      .clock = std::move(clock),
                      .events = options.events});
}

Result<Answer> Client::search(std::string_view query, const SearchOptions& options) {
  const ClientParts& parts = impl_->parts;
  if (query.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "search: the query is blank",
                "say in a few words what to look for");
  }
  const SteadyTime start = parts.clock->steady_now();
  const auto embedding = parts.embedder.embed(query);
  if (!embedding) return while_doing("search", embedding.error());
  auto hits = parts.store.nearest(parts.identity, embedding->values, options.limit, options.filter);
  if (!hits) return while_doing("search", hits.error());
  Answer answer{.hits = std::move(*hits), .placement = parts.embedder.model().placement()};
  if (embedding->truncated) {
    answer.actions.push_back("query cut to " + std::to_string(embedding->tokens) + " tokens");
  }
  answer.latency_ms = milliseconds_between(start, parts.clock->steady_now());
  return answer;
}

Result<AddOutcome> Client::add(Memory memory) {
  ClientParts& parts = impl_->parts;
  if (const auto sound = check_new_memory(memory); !sound) return while_doing("add", sound.error());
  if (memory.id.empty()) memory.id = id_of_content(memory);
  auto embedding = parts.embedder.embed(memory.content);
  if (!embedding) return while_doing("add", embedding.error());

  AddOutcome outcome{.id = memory.id, .truncated = embedding->truncated};
  const auto stored = parts.store.unchanged(parts.identity, {&memory, 1});
  if (!stored) return while_doing("add", stored.error());
  if (stored->front()) return outcome;
  const EmbeddedMemory row{std::move(memory), std::move(embedding->values)};
  const auto put = parts.store.put(parts.identity, {&row, 1});
  if (!put) return while_doing("add", put.error());
  outcome.added = put->added == 1;
  outcome.updated = put->updated == 1;
  return outcome;
}

Result<ImportReport> Client::import_lines(
    std::istream& lines, const std::function<void(const ImportProgress&)>& on_progress) {
  return papr::import_lines(impl_->parts, lines, on_progress);
}

}  // namespace papr
