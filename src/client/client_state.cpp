// SPDX-License-Identifier: Apache-2.0
#include "client_state.h"

#include <chrono>
#include <utility>

#include "../model/load_ledger.h"

namespace papr {

void ClientState::read_pressure() {
  PressureReading reading = parts.pressure->read();
  const std::lock_guard lock(mutex);
  recent_reading.end(std::move(reading), parts.clock->steady_now());
}

void ClientState::load_model() {
  LocalLoad load = parts.load();
  const std::lock_guard lock(mutex);
  if (load.local) breaker = LatencyBreaker(load.latency_budget);
  local.end_load(std::move(load), parts.clock->steady_now());
  changed.notify_all();
}

void ClientState::give_up_load() {
  {
    const std::lock_guard lock(mutex);
    if (local.state() != LocalModel::State::kLoading) return;
  }
  // Best effort: a mark that stays makes the next load more careful than it need be.
  if (parts.state) (void)forget_load_marks(*parts.state);
}

Result<std::shared_ptr<const LoadedLocal>> ClientState::wait_for_model() {
  std::unique_lock lock(mutex);
  // Refused earlier or not: whoever cannot do without has it tried again.
  if (local.begin_load(parts.clock->steady_now())) {
    lock.unlock();
    load_model();
    lock.lock();
  }
  changed.wait(lock, [this] { return local.state() != LocalModel::State::kLoading; });
  const auto& load = local.load();
  if (load && load->local) return load->local;
  if (load) return std::unexpected(*load->refusal);
  return fail(ErrorCode::kUnavailable, "load model: it was freed, because memory is critical");
}

void ClientState::end_model_call(CallRoute route, const Result<>& outcome) {
  const SteadyTime now = parts.clock->steady_now();
  SteadyTime start = now;
  bool turned = false;
  bool open = false;
  std::chrono::milliseconds budget{};
  {
    const std::lock_guard lock(mutex);
    start = std::exchange(model_call_since, std::nullopt).value_or(now);
    if (outcome) {
      turned = breaker.record(route, now - start, now);
    } else if (outcome.error().code == ErrorCode::kInvalidArgument) {
      breaker.forget(route);  // the caller's fault tells nothing of the model
    } else {
      turned = breaker.record_failure(route, now);
    }
    open = breaker.open();
    budget = breaker.budget();
    changed.notify_all();
  }
  if (!turned) return;
  tell({.name = open ? "breaker_opened" : "recovered",
        .fields = {{"latency_ms", std::chrono::duration<double, std::milli>(now - start).count()},
                   {"budget_ms", static_cast<std::int64_t>(budget.count())}}});
}

ModelTurn::ModelTurn(ClientState& state) : state_(state) {
  std::unique_lock lock(state.mutex);
  state.changed.wait(lock, [&state] { return !state.model_call_since; });
  state.model_call_since = state.parts.clock->steady_now();
}

ModelTurn::~ModelTurn() {
  const std::lock_guard lock(state_.mutex);
  state_.model_call_since.reset();
  state_.changed.notify_all();
}

Result<Writer> open_writer(ClientState& state) {
  if (state.parts.store == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "no store to write to", "name one with PAPR_STORE");
  }
  auto model = state.wait_for_model();
  if (!model) return std::unexpected(model.error());
  return Writer{std::move(*model), *state.parts.store, state};
}

}  // namespace papr
