// SPDX-License-Identifier: Apache-2.0
// How a search ends: what is told of either side.
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "cloud_query.h"
#include "search_run.h"

namespace papr {
namespace {

double milliseconds_between(SteadyTime start, SteadyTime end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
}

}  // namespace

Result<Answer> SearchRun::finish(Move::Kind how) const {
  const bool no_one = how == Move::Kind::kFail || how == Move::Kind::kTimeOut;
  // Local has looked and has nothing, and who might have something has not answered.
  const bool nothing_found = no_one && lanes_->local && *lanes_->local;
  if (no_one && !nothing_found) {
    return std::unexpected(how == Move::Kind::kTimeOut ? timed_out() : both_failed());
  }
  Answer answer = how == Move::Kind::kTakeCloud ? cloud_answer() : local_answer();
  if (nothing_found) {
    answer.degraded = true;
    answer.reason =
        why_not_local() + (lanes_->cloud ? ", and the API: " + lanes_->cloud->error().message
                                         : ", and the API has not answered");
  }
  if (const auto& load = state_->local.load()) answer.verification = load->verification;
  answer.latency_ms = latency_ms();
  return answer;
}

double SearchRun::latency_ms() const {
  return milliseconds_between(start_, state_->parts.clock->steady_now());
}

Answer SearchRun::local_answer() const {
  const LocalFound& found = **lanes_->local;
  Answer answer{.hits = found.hits, .placement = found.placement};
  if (const auto& load = state_->local.load()) {
    answer.degraded = load->degraded;
    answer.reason = load->reason;
    if (waited_for_load_) answer.actions = load->actions;
  }
  if (!answer.degraded && !came_back_.empty()) {
    answer.degraded = true;
    answer.reason = came_back_;
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
  if (lanes_->local && !*lanes_->local) return lanes_->local->error().message;
  if (lanes_->local) return "no local memory matches";
  if (lanes_->local_started && call_route_ == CallRoute::kProbe) {
    return "the model answered slower than its budget, and is being tried again";
  }
  if (lanes_->local_started) {
    return fmt::format("the local answer is late: not there after {:.0f} ms", latency_ms());
  }
  const auto& load = state_->local.load();
  if (state_->local.state() == LocalModel::State::kLoading) {
    const auto since =
        milliseconds_between(state_->local.loading_since(), state_->parts.clock->steady_now());
    return fmt::format("the model is still loading after {:.1f} s", since / 1000);
  }
  if (state_->local.state() == LocalModel::State::kReady) {
    const SteadyTime now = state_->parts.clock->steady_now();
    const auto busy_ms = milliseconds_between(state_->model_call_since.value_or(now), now);
    return fmt::format("the model is at another call, for {:.0f} ms", busy_ms);
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
    // Whether the API gave up at the deadline or was given up is a matter of a millisecond.
    const bool in_time = lanes_->cloud->error().code != ErrorCode::kTimeout;
    if (error.code == ErrorCode::kUnavailable && !in_time) error.code = ErrorCode::kTimeout;
  }
  if (error.code != ErrorCode::kInvalidArgument) advise_key(error.remedy);
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
  Error error{ErrorCode::kTimeout, std::move(message), "allow more time with --deadline"};
  advise_key(error.remedy);
  return error;
}

// Where only the key is missing for somebody else to answer.
void SearchRun::advise_key(std::string& remedy) const {
  const bool may_ask = state_->parts.cloud_use == CloudUse::kAuto && options_.route == Route::kAuto;
  if (state_->parts.cloud != nullptr || !may_ask) return;
  if (!remedy.empty()) remedy += "; or ";
  remedy += "set PAPR_MEMORY_API_KEY, so that the Papr API can answer";
}

}  // namespace papr
