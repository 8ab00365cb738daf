// SPDX-License-Identifier: Apache-2.0
#include "search_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "../base/utf8.h"
#include "cloud_query.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadlineWithCloud = 10s;
// A local answer that is this many times later than what starts a hedge is not merely late.
constexpr int kUnhealthyTimes = 4;
// While memory is critical it is late so much sooner: the model may have been thrown out of it.
constexpr int kCriticalSooner = 40;

// Of the time that a search has, at the latest when this much is over the cloud is asked: with a
// hedge, and without.
constexpr double kHedgeShare = 0.5;
constexpr double kUnhealthyShare = 0.75;

// As when memory runs out: whoever has the model must give it back.
Result<Embedding> embed(const LoadedLocal& loaded, const std::string& query) try {
  return loaded.embedder.embed(query);
} catch (const std::exception& error) {
  return fail(ErrorCode::kUnavailable, std::string("embed: ") + error.what());
}

}  // namespace

SearchRun::SearchRun(std::shared_ptr<ClientState> state, std::string query, SearchOptions options)
    : state_(std::move(state)),
      query_(std::move(query)),
      options_(std::move(options)),
      wants_local_(state_->parts.cloud_use != CloudUse::kOnly && options_.route != Route::kCloud),
      wants_cloud_(state_->parts.cloud != nullptr && state_->parts.cloud_use != CloudUse::kNever &&
                   options_.route != Route::kLocal),
      start_(state_->parts.clock->steady_now()) {
  if (options_.deadline) {
    deadline_ = start_ + *options_.deadline;
  } else if (wants_cloud_) {
    deadline_ = start_ + kDeadlineWithCloud;
  }
}

Result<> SearchRun::check() const {
  if (query_.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
    return fail(ErrorCode::kInvalidArgument, "search: the query is blank",
                "say in a few words what to look for");
  }
  if (valid_utf8_prefix(query_) != query_.size()) {
    return fail(ErrorCode::kInvalidArgument, "search: the query is not UTF-8",
                "convert it to UTF-8");
  }
  if (wants_local_ || wants_cloud_) return {};
  if (state_->parts.cloud_use == CloudUse::kNever) {
    return fail(ErrorCode::kInvalidArgument,
                "search: PAPR_CLOUD=never, and only the cloud was asked",
                "leave out --cloud, or set PAPR_CLOUD=auto");
  }
  if (state_->parts.cloud_use == CloudUse::kOnly && options_.route == Route::kLocal) {
    return fail(ErrorCode::kInvalidArgument, "search: PAPR_CLOUD=only, and only local was asked",
                "leave out --local, or set PAPR_CLOUD=auto");
  }
  return fail(ErrorCode::kInvalidArgument,
              "search: the cloud is to answer, but there is no API key",
              "set PAPR_MEMORY_API_KEY, and PAPR_BASE_URL for another address");
}

Result<Answer> SearchRun::run() {
  if (auto checked = check(); !checked) return std::unexpected(checked.error());
  std::unique_lock lock(state_->mutex);
  const PressureReading reading = look_at_pressure(lock);
  state_->hedges.note_search();
  prepare(reading, lock);
  for (;;) {
    const SteadyTime now = state_->parts.clock->steady_now();
    if (!barred_.empty() && may_come_back_ && cloud_side() == CloudSide::kFailed) come_back();
    if (wants_local_ && barred_.empty() && !lanes_->local_started &&
        state_->local.load_is_due(reading, now) && state_->local.begin_load(now)) {
      start_load(lock);
      continue;
    }
    const Move move = next_move(race(), now);
    switch (move.kind) {
      case Move::Kind::kStartLocal:
        start_local(lock);
        break;
      case Move::Kind::kStartCloud:
        start_cloud(lock);
        break;
      case Move::Kind::kWait:
        waited_for_load_ |= local_side() == LocalSide::kLoading;
        if (move.until) {
          state_->changed.wait_for(lock, *move.until - now);
        } else {
          state_->changed.wait(lock);
        }
        break;
      case Move::Kind::kTakeLocal:
      case Move::Kind::kTakeCloud:
      case Move::Kind::kFail:
      case Move::Kind::kTimeOut:
        lanes_->cancel_cloud.cancel();
        if (!lanes_->local_started) state_->breaker.forget(call_route_);
        auto result = finish(move.kind);
        lock.unlock();
        tell_of(result);
        return result;
    }
  }
}

// The state of memory now; where looking takes long, what the last look saw. Calm where nothing is
// measured.
PressureReading SearchRun::look_at_pressure(std::unique_lock<std::mutex>& lock) {
  PressureMeter* const meter = state_->parts.pressure.get();
  if (meter == nullptr) return {};
  if (meter->is_quick()) {
    lock.unlock();
    PressureReading reading = meter->read();
    lock.lock();
    return reading;
  }
  if (state_->recent_reading.begin(start_)) {
    // Refused when all threads are busy: then the next search looks.
    start(
        lock, [state = state_] { state->read_pressure(); },
        [this](const Error&) { state_->recent_reading.end(state_->recent_reading.get(), {}); });
  }
  return state_->recent_reading.get();
}

// Decides, before anything is started, whether the model may be asked at all.
void SearchRun::prepare(const PressureReading& reading, std::unique_lock<std::mutex>& lock) {
  if (!wants_local_) return;
  if (state_->parts.store == nullptr) {
    barred_ = "there is no local store";
    return;
  }
  memory_critical_ = reading.active() && reading.level == PressureLevel::kCritical;
  if (wants_cloud_ && state_->parts.unload_on_critical && memory_critical_) {
    auto unloaded = state_->unload();
    lock.unlock();
    unloaded.reset();
    lock.lock();
    barred_ = "memory is critical, so no model is held: " + reading.reason;
    may_come_back_ = true;
    return;
  }
  call_route_ =
      state_->breaker.route(start_, reading.active() ? reading.level : PressureLevel::kNormal);
  // Without a cloud a slow answer is better than none.
  if (call_route_ == CallRoute::kElsewhere && wants_cloud_) {
    barred_ = "the model answers slower than its budget";
    may_come_back_ = true;
  }
}

// Nobody else can answer: a slow answer, or one from a machine that is short of memory, is better
// than none.
void SearchRun::come_back() {
  came_back_ = std::exchange(barred_, {}) + ", and the API: " + lanes_->cloud->error().message;
  call_route_ = CallRoute::kLocal;
}

Race SearchRun::race() const {
  return {.local = local_side(),
          .cloud = cloud_side(),
          .ask_cloud_at = ask_cloud_at(),
          .deadline = deadline_};
}

LocalSide SearchRun::local_side() const {
  if (!wants_local_ || !barred_.empty()) return LocalSide::kBarred;
  if (lanes_->local) {
    // Local answers only what it has rows for, as long as somebody else may have them.
    const bool found = *lanes_->local && (!(*lanes_->local)->hits.empty() || !wants_cloud_);
    return found ? LocalSide::kAnswered : LocalSide::kFailed;
  }
  if (lanes_->local_started) return LocalSide::kRunning;
  switch (state_->local.state()) {
    case LocalModel::State::kReady:
      return state_->model_call_since ? LocalSide::kQueued : LocalSide::kReady;
    case LocalModel::State::kLoading:
      return LocalSide::kLoading;
    case LocalModel::State::kRefused:
    case LocalModel::State::kUnloaded:
      return LocalSide::kFailed;
  }
  return LocalSide::kFailed;
}

CloudSide SearchRun::cloud_side() const {
  if (!wants_cloud_) return CloudSide::kBarred;
  if (lanes_->cloud) return *lanes_->cloud ? CloudSide::kAnswered : CloudSide::kFailed;
  return lanes_->cloud_started ? CloudSide::kRunning : CloudSide::kReady;
}

SteadyTime SearchRun::ask_cloud_at() const {
  if (!deadline_ || call_route_ == CallRoute::kProbe) return start_;
  const auto late = state_->parts.hedge_after;
  const bool hedge = memory_critical_ || state_->hedges.allows();
  const auto time = *deadline_ - start_;
  const auto share = std::chrono::duration_cast<SteadyTime::duration>(
      time * (hedge ? kHedgeShare : kUnhealthyShare));
  const SteadyTime own =
      start_ + std::min<SteadyTime::duration>(hedge ? late : kUnhealthyTimes * late, share);
  // Whoever comes while a load or another's call is late already need not wait for it once more.
  const LocalSide side = local_side();
  if (side == LocalSide::kLoading) {
    return std::min(start_ + share, state_->local.loading_since() + late);
  }
  // Since the model was called, as a load is no part of that.
  const bool called = state_->model_call_since.has_value();
  if (called && memory_critical_) {
    return std::min(own, *state_->model_call_since + late / kCriticalSooner);
  }
  if (side == LocalSide::kQueued) return std::min(own, *state_->model_call_since + late);
  return own;
}

// Embeds, gives the model free, and scans.
Result<SearchRun::LocalFound> SearchRun::search_local(ClientState& state, const LoadedLocal& loaded,
                                                      const std::string& query,
                                                      const SearchOptions& options,
                                                      CallRoute route) {
  const auto embedding = embed(loaded, query);
  state.end_model_call(route, embedding ? Result<>() : std::unexpected(embedding.error()));
  if (!embedding) return while_doing("search", embedding.error());
  auto hits =
      state.parts.store->nearest(loaded.identity, embedding->values, options.limit, options.filter);
  if (!hits) return while_doing("search", hits.error());
  LocalFound found{.hits = std::move(*hits),
                   .placement = loaded.embedder.model().placement(),
                   .cut_to_tokens = {}};
  if (embedding->truncated) found.cut_to_tokens = embedding->tokens;
  return found;
}

// On a thread of its own where there is a time limit; else here, which needs no thread at all.
void SearchRun::start(std::unique_lock<std::mutex>& lock, std::function<void()> task,
                      const std::function<void(Error)>& refused) {
  if (!deadline_) {
    lock.unlock();
    task();
    lock.lock();
    return;
  }
  if (auto started = state_->threads.run(std::move(task)); !started) refused(started.error());
}

void SearchRun::start_load(std::unique_lock<std::mutex>& lock) {
  waited_for_load_ = true;
  start(
      lock, [state = state_] { state->load_model(); },
      [this](Error error) {
        LocalLoad load;
        load.refusal = std::move(error);
        state_->local.end_load(std::move(load), state_->parts.clock->steady_now());
      });
}

void SearchRun::start_local(std::unique_lock<std::mutex>& lock) {
  lanes_->local_started = true;
  state_->model_call_since = state_->parts.clock->steady_now();
  auto task = [state = state_, lanes = lanes_, loaded = state_->local.load()->local, query = query_,
               options = options_, route = call_route_] {
    auto found = search_local(*state, *loaded, query, options, route);
    const std::lock_guard guard(state->mutex);
    lanes->local = std::move(found);
    state->changed.notify_all();
  };
  start(lock, std::move(task), [this](Error error) {
    lanes_->local = std::unexpected(std::move(error));
    state_->model_call_since.reset();
  });
}

void SearchRun::start_cloud(std::unique_lock<std::mutex>& lock) {
  lanes_->cloud_started = true;
  hedged_ = local_side() == LocalSide::kRunning && call_route_ != CallRoute::kProbe;
  // The budget is for a local side that is healthy.
  if (hedged_ && !memory_critical_ && state_->hedges.allows()) state_->hedges.take();
  auto task = [state = state_, lanes = lanes_, query = cloud_query_of(query_, options_),
               deadline = *deadline_] {
    auto answer = state->parts.cloud->search(query, deadline, lanes->cancel_cloud.token());
    const std::lock_guard guard(state->mutex);
    lanes->cloud = std::move(answer);
    state->changed.notify_all();
  };
  start(lock, std::move(task),
        [this](Error error) { lanes_->cloud = std::unexpected(std::move(error)); });
}

void SearchRun::tell_of(const Result<Answer>& result) const {
  if (!result) {
    // Without the message: it may hold words of the server.
    state_->tell({.name = "search_failed",
                  .fields = {{"code", std::string(name_of(result.error().code))},
                             {"latency_ms", latency_ms()}}});
    return;
  }
  const Answer& answer = *result;
  if (answer.answered_by == AnsweredBy::kCloud && answer.degraded) {
    state_->tell(
        {.name = "fallback", .fields = {{"to", std::string("cloud")}, {"reason", answer.reason}}});
    if (hedged_) state_->tell({.name = "hedge_won", .fields = {{"latency_ms", answer.latency_ms}}});
  }
  state_->tell({.name = "search_finished",
                .fields = {{"answered_by", std::string(name_of(answer.answered_by))},
                           {"placement", std::string(name_of(answer.placement))},
                           {"degraded", answer.degraded},
                           {"hits", static_cast<std::int64_t>(answer.hits.size())},
                           {"latency_ms", answer.latency_ms}}});
}

}  // namespace papr
