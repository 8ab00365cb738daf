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
  const bool again = load.retry_when_calm;
  {
    const std::lock_guard lock(mutex);
    if (load.local) breaker = LatencyBreaker(load.latency_budget);
    local.end_load(std::move(load), parts.clock->steady_now());
    reload_when_calm_ = false;
    changed.notify_all();
  }
  if (again) watch_memory();  // after the end, or its first word of calm would find a load
}

void ClientState::watch_memory() {
  const std::lock_guard lock(watch_mutex_);
  if (!parts.watch || watch_ || watch_ended_) return;
  auto watch = parts.watch([state = weak_from_this()](const PressureReading& reading) {
    if (const auto alive = state.lock()) alive->on_memory(reading);
  });
  // Best effort: without it the searches see how memory is, each for itself.
  if (watch) watch_.emplace(std::move(*watch));
}

void ClientState::stop_watching() {
  std::optional<PressureMonitor> ended;
  const std::lock_guard lock(watch_mutex_);
  watch_ended_ = true;
  ended.swap(watch_);
}

void ClientState::on_memory(const PressureReading& reading) {
  const bool cloud_answers = parts.cloud != nullptr && parts.cloud_use == CloudUse::kAuto;
  if (reading.level == PressureLevel::kCritical) {
    if (parts.unload_on_critical && cloud_answers) free_model(reading);
  } else if (!reading.active() && reading.state != PressureState::kUnreadable) {
    load_in_background();
  }
}

std::shared_ptr<const LocalLoad> ClientState::unload() {
  if (local.state() == LocalModel::State::kReady) reload_when_calm_ = true;
  return local.unload();
}

// Whoever needs it all the same, as a search that may ask nobody else, loads it again.
void ClientState::free_model(const PressureReading& reading) {
  std::shared_ptr<const LocalLoad> freed;  // dropped outside of the lock: it takes a while
  {
    const std::lock_guard lock(mutex);
    if (local.state() != LocalModel::State::kReady) return;
    freed = unload();
  }
  tell({.name = "model_unloaded", .fields = {{"reason", reading.reason}}});
}

void ClientState::load_in_background() {
  {
    const std::lock_guard lock(mutex);
    const auto& load = local.load();
    const bool refused = local.state() == LocalModel::State::kRefused && load->retry_when_calm;
    const bool freed = local.state() == LocalModel::State::kUnloaded && reload_when_calm_;
    if ((!refused && !freed) || !local.begin_load(parts.clock->steady_now())) return;
  }
  const auto started = threads.run([state = shared_from_this()] { state->load_model(); });
  if (started) return;
  const std::lock_guard lock(mutex);
  LocalLoad load;
  load.refusal = started.error();
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
