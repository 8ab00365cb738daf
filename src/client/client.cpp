// SPDX-License-Identifier: Apache-2.0
#include "papr/client.h"

#include <string>
#include <utility>

#include "client_state.h"
#include "import.h"
#include "memory_line.h"
#include "search_run.h"

namespace papr {

std::string_view name_of(AnsweredBy side) noexcept {
  return side == AnsweredBy::kCloud ? "cloud" : "local";
}

Client::Client(std::shared_ptr<ClientState> state) noexcept : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Client::~Client() {
  if (!state_) return;
  // What still runs keeps the state, but the sink is the caller's.
  state_->stop_watching();
  state_->parts.events->detach();
  state_->give_up_load();
}

Client make_client(ClientParts parts) {
  auto state = std::make_shared<ClientState>(std::move(parts));
  if (state->parts.unload_on_critical) state->watch_memory();
  return Client(std::move(state));
}

bool Client::wait_until_idle(std::chrono::milliseconds limit) const {
  return state_->threads.wait_until_idle(limit);
}

Result<Answer> Client::search(std::string_view query, const SearchOptions& options) {
  return SearchRun(state_, std::string(query), options).run();
}

Result<AddOutcome> Client::add(Memory memory) {
  if (const auto sound = check_new_memory(memory); !sound) return while_doing("add", sound.error());
  if (memory.id.empty()) memory.id = id_of_content(memory);
  const auto writer = open_writer(*state_);
  if (!writer) return std::unexpected(writer.error());
  auto embedding = writer->embed(memory.content);
  if (!embedding) return while_doing("add", embedding.error());

  const ModelIdentity& identity = writer->model->identity;
  AddOutcome outcome{.id = memory.id, .truncated = embedding->truncated};
  const auto stored = writer->store.unchanged(identity, {&memory, 1});
  if (!stored) return while_doing("add", stored.error());
  if (stored->front()) return outcome;
  const EmbeddedMemory row{std::move(memory), std::move(embedding->values)};
  const auto put = writer->store.put(identity, {&row, 1});
  if (!put) return while_doing("add", put.error());
  outcome.added = put->added == 1;
  outcome.updated = put->updated == 1;
  return outcome;
}

Result<ImportReport> Client::import_lines(
    std::istream& lines, const std::function<void(const ImportProgress&)>& on_progress) {
  const auto writer = open_writer(*state_);
  if (!writer) return std::unexpected(writer.error());
  return papr::import_lines(*writer, *state_->parts.clock, lines, on_progress);
}

}  // namespace papr
