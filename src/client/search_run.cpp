// SPDX-License-Identifier: Apache-2.0
#include "search_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cloud_query.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadlineWithCloud = 10s;
// A local answer that is this many times later than what starts a hedge is not merely late.
constexpr int kUnhealthyTimes = 4;

double milliseconds_between(SteadyTime start, SteadyTime end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
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
  prepare(reading);
  for (;;) {
    const SteadyTime now = state_->parts.clock->steady_now();
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
        if (result) tell_of(*result);
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
void SearchRun::prepare(const PressureReading& reading) {
  if (!wants_local_) return;
  if (state_->parts.store == nullptr) {
    barred_ = "there is no local store";
    return;
  }
  if (wants_cloud_ && state_->parts.unload_on_critical &&
      reading.level == PressureLevel::kCritical) {
    state_->local.unload();
    barred_ = "memory is critical, so the model was freed: " + reading.reason;
    return;
  }
  call_route_ = state_->breaker.route(start_, reading.active());
  // Without a cloud a slow answer is better than none.
  if (call_route_ == CallRoute::kElsewhere && wants_cloud_) {
    barred_ = "the model answers slower than its budget";
  }
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
      return LocalSide::kReady;
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
  const auto late = state_->parts.hedge_after;
  if (call_route_ == CallRoute::kProbe) return start_;
  // Whoever comes while a load is late already need not wait for it once more.
  if (local_side() == LocalSide::kLoading) return state_->local.loading_since() + late;
  return start_ + (state_->hedges.allows() ? late : kUnhealthyTimes * late);
}

// Embeds and scans; the breaker learns how long the model took.
Result<SearchRun::LocalFound> SearchRun::search_local(ClientState& state, const LoadedLocal& loaded,
                                                      const std::string& query,
                                                      const SearchOptions& options,
                                                      CallRoute route) {
  const SteadyTime start = state.parts.clock->steady_now();
  const auto embedding = loaded.embedder.embed(query);
  state.note_model_call(route, embedding.has_value(), start);
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
  auto task = [state = state_, lanes = lanes_, loaded = state_->local.load()->local, query = query_,
               options = options_, route = call_route_] {
    auto found = search_local(*state, *loaded, query, options, route);
    const std::lock_guard guard(state->mutex);
    lanes->local = std::move(found);
    state->changed.notify_all();
  };
  start(lock, std::move(task),
        [this](Error error) { lanes_->local = std::unexpected(std::move(error)); });
}

void SearchRun::start_cloud(std::unique_lock<std::mutex>& lock) {
  lanes_->cloud_started = true;
  hedged_ = local_side() == LocalSide::kRunning && call_route_ != CallRoute::kProbe;
  if (hedged_ && state_->hedges.allows()) state_->hedges.take();
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

Result<Answer> SearchRun::finish(Move::Kind how) const {
  const auto with_latency = [this](Answer answer) {
    answer.latency_ms = milliseconds_between(start_, state_->parts.clock->steady_now());
    return answer;
  };
  if (how == Move::Kind::kTakeCloud) return with_latency(cloud_answer());
  if (how == Move::Kind::kTimeOut) return std::unexpected(timed_out());
  const bool nothing_found = how == Move::Kind::kFail && lanes_->local && *lanes_->local;
  if (how == Move::Kind::kFail && !nothing_found) return std::unexpected(both_failed());
  Answer answer = local_answer();
  if (nothing_found) {
    answer.degraded = true;
    answer.reason = why_not_local() + ", and the API: " + lanes_->cloud->error().message;
  }
  return with_latency(std::move(answer));
}

Answer SearchRun::local_answer() const {
  const LocalFound& found = **lanes_->local;
  Answer answer{.hits = found.hits, .placement = found.placement};
  if (const auto& load = state_->local.load()) {
    answer.degraded = load->degraded;
    answer.reason = load->reason;
    if (waited_for_load_) answer.actions = load->actions;
  }
  if (!answer.degraded && !wants_cloud_ && state_->breaker.open()) {
    answer.degraded = true;
    answer.reason = "the model answers slower than its budget, and no cloud may be asked";
  }
  if (found.cut_to_tokens) {
    answer.actions.push_back(fmt::format("query cut to {} tokens", *found.cut_to_tokens));
  }
  return answer;
}

Answer SearchRun::cloud_answer() const {
  const CloudAnswer& found = **lanes_->cloud;
  Answer answer{.hits = hits_of(found), .answered_by = AnsweredBy::kCloud};
  if (wants_local_) {
    answer.degraded = true;
    answer.reason = why_not_local();
    const auto& load = state_->local.load();
    if (waited_for_load_ && load) answer.actions = load->actions;
  }
  answer.actions.push_back(fmt::format("asked the Papr API ({} {})", found.attempts,
                                       found.attempts == 1 ? "attempt" : "attempts"));
  return answer;
}

std::string SearchRun::why_not_local() const {
  if (!barred_.empty()) return barred_;
  const auto waited_ms = milliseconds_between(start_, state_->parts.clock->steady_now());
  if (lanes_->local && !*lanes_->local) return lanes_->local->error().message;
  if (lanes_->local) return "no local memory matches";
  if (lanes_->local_started) {
    return fmt::format("the local answer is late: not there after {:.0f} ms", waited_ms);
  }
  const auto& load = state_->local.load();
  if (state_->local.state() == LocalModel::State::kLoading) {
    const auto since =
        milliseconds_between(state_->local.loading_since(), state_->parts.clock->steady_now());
    return fmt::format("the model is still loading after {:.1f} s", since / 1000);
  }
  return load && load->refusal ? load->refusal->message : "the model is not loaded";
}

Error SearchRun::both_failed() const {
  const bool only_cloud = !wants_local_;
  if (only_cloud) return lanes_->cloud->error();
  const auto& load = state_->local.load();
  Error error{ErrorCode::kUnavailable, "search: " + why_not_local(), {}};
  if (lanes_->local && !*lanes_->local) {
    error = lanes_->local->error();
  } else if (barred_.empty() && load && load->refusal) {
    error = *load->refusal;
  }
  if (lanes_->cloud) {
    error.message += "; and the API: " + lanes_->cloud->error().message;
    if (error.remedy.empty()) error.remedy = lanes_->cloud->error().remedy;
  } else if (state_->parts.cloud == nullptr && error.code != ErrorCode::kInvalidArgument) {
    if (!error.remedy.empty()) error.remedy += "; or ";
    error.remedy += "set PAPR_MEMORY_API_KEY, so that the Papr API can answer";
  }
  return error;
}

Error SearchRun::timed_out() const {
  std::string message = fmt::format(
      "search: no answer within {} ms",
      std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - start_).count());
  if (wants_local_) message += "; local: " + why_not_local();
  if (lanes_->cloud && !*lanes_->cloud) {
    message += "; the API: " + lanes_->cloud->error().message;
  } else if (lanes_->cloud_started) {
    message += "; the API has not answered";
  }
  return {ErrorCode::kTimeout, std::move(message),
          wants_cloud_ ? "allow more time with --deadline"
                       : "allow more time with --deadline; or set PAPR_MEMORY_API_KEY, so that "
                         "the Papr API can answer"};
}

void SearchRun::tell_of(const Answer& answer) const {
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
