// SPDX-License-Identifier: Apache-2.0
#include "guarded_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

#include "../base/os_build.h"
#include "../base/size_text.h"
#include "../coreml_cache/cache_clear.h"
#include "../coreml_cache/cache_state.h"
#include "load_error.h"
#include "load_ledger.h"
#include "load_policy.h"
#include "model_key.h"

namespace papr {
namespace {

void sleep_in_slices(std::chrono::milliseconds wait, const CancelToken& cancel) {
  constexpr std::chrono::milliseconds kSlice{50};
  while (wait.count() > 0 && !cancel.cancelled()) {
    std::this_thread::sleep_for(std::min(wait, kSlice));
    wait -= kSlice;
  }
}

/// What a model is known by beside its package.
std::string how_run(ComputeUnits units) {
  std::string how = os_build();
  if (units == ComputeUnits::kAll) return how;
  if (!how.empty()) how += '@';
  how += name_of(units);
  return how;
}

bool is_end(LoadStep step) {
  return step == LoadStep::kUse || step == LoadStep::kUseDegraded || step == LoadStep::kGoRemote ||
         step == LoadStep::kGiveUp;
}

/// A number in [0, 1) that differs between processes that wait for the same.
double jitter_at(SteadyTime now) {
  auto bits = static_cast<std::uint64_t>(now.time_since_epoch().count());
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;  // splitmix64
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<double>(bits >> 11) / 9007199254740992.0;  // 2^53
}

/// The entries of every place that may hold ours, each by its path.
std::vector<std::string> entries_of(const std::vector<MeasuredPlace>& places) {
  std::vector<std::string> entries;
  for (const MeasuredPlace& place : places) {
    if (place.cache_class != CacheClass::kOwn && place.cache_class != CacheClass::kInterpreter) {
      continue;
    }
    for (const CacheEntry& entry : place.entries) {
      entries.push_back((place.address.path() / entry.name).string());
    }
  }
  return entries;
}

std::string action_of(const ClearReport& report, ClearCause cause) {
  std::string text =
      report.cleared.empty()
          ? std::string("had nothing of ours to clear")
          : fmt::format("cleared {} of our cache {}", size_text(report.freed_bytes),
                        cause == ClearCause::kEvidence ? "on evidence" : "as a precaution");
  if (!report.errors.empty()) {
    text += fmt::format(", {} could not be cleared: {}", report.errors.size(),
                        report.errors.front().error.message);
  }
  return text;
}

/// One load, step by step. What to do is next_step's to say; here it is done.
class LoadRun {
 public:
  LoadRun(GuardParts& parts, const GuardOptions& options, const std::filesystem::path& package,
          CancelToken cancel)
      : parts_(parts),
        options_(options),
        package_(package),
        cancel_(std::move(cancel)),
        had_model_before_(parts.process.had_model),
        ledger_({.state = parts.state,
                 .events = parts.events,
                 .clock = *parts.clock,
                 .options = options,
                 .model = parts.state != nullptr
                              ? model_key(package, how_run(options.compute_units))
                              : std::string()}) {}

  LoadOutcome run() {
    places_before_ = survey_ours();
    for (bool first = true; !cancel_.cancelled(); first = false) {
      const PressureReading reading = read_pressure();
      if (first) ledger_.begin(reading.state, entries_of(places_before_));
      const NextStep next = next_step({.attempts = attempts_,
                                       .pressure = reading.state,
                                       .options = options_,
                                       .memory = ledger_.memory(),
                                       .process_had_model = had_model_before_,
                                       .rebuilds = parts_.backend.rebuilds(),
                                       .now = parts_.clock->wall_now(),
                                       .jitter = jitter_at(parts_.clock->steady_now())});
      if (next.note_for_next_start) ledger_.note_evidence();
      if (is_end(next.step)) return end(next);
      attempts_.push_back({next.step, carry_out(next)});
    }
    model_.reset();
    outcome_.reason = "the load was called off";
    return std::move(outcome_);
  }

 private:
  void tell(const Event& event) const {
    if (parts_.events != nullptr) parts_.events->on_event(event);
  }

  PressureReading read_pressure() {
    PressureReading reading = parts_.pressure.read();
    // Told of once, and again only when it has become worse.
    if (reading.level > worst_seen_) {
      worst_seen_ = reading.level;
      if (parts_.events != nullptr) log_memory_pressure_warning(reading, *parts_.events);
    }
    return reading;
  }

  StepOutcome carry_out(const NextStep& next) {
    switch (next.step) {
      case LoadStep::kClearOurs:
        return clear(ClearScope::kOurs, next.cause);
      case LoadStep::kClearOursAndLegacy:
        return clear(ClearScope::kOursAndLegacy, next.cause);
      case LoadStep::kLoad:
        return load({.units = options_.compute_units});
      case LoadStep::kLoadFresh:
        ledger_.note_rebuild();
        outcome_.actions.emplace_back("loaded anew, without what was compiled earlier");
        return load({.units = options_.compute_units, .fresh = true});
      case LoadStep::kLoadOnCpu:
        outcome_.actions.emplace_back("loaded on the CPU");
        return load({.units = ComputeUnits::kCpuOnly});
      case LoadStep::kBackOff:
        return back_off(next.wait);
      case LoadStep::kVerify:
        return verify();
      case LoadStep::kUse:
      case LoadStep::kUseDegraded:
      case LoadStep::kGoRemote:
      case LoadStep::kGiveUp:
        break;  // the ends, see run()
    }
    return StepOutcome::kDone;
  }

  StepOutcome clear(ClearScope scope, ClearCause cause) {
    if (!ledger_.claim_clear(cause)) return StepOutcome::kDone;
    const auto report =
        clear_ours(options_.cache, parts_.state, scope, *parts_.clock, parts_.events);
    ledger_.end_clear(cause, !report                   ? ClearEnd::kFailed
                             : report->cleared.empty() ? ClearEnd::kNothingThere
                                                       : ClearEnd::kCleared);
    if (!report) {
      outcome_.actions.push_back("cleared nothing: " + report.error().message);
      return StepOutcome::kDone;
    }
    outcome_.actions.push_back(action_of(*report, cause));
    // Best effort: without it old swapping counts on, which can only make us more careful.
    if (!report->cleared.empty()) (void)parts_.pressure.note_clear();
    places_before_ = survey_ours();
    return StepOutcome::kDone;
  }

  StepOutcome load(LoadOptions how) {
    model_.reset();  // first: two models at once are what memory is short of
    outcome_.verification.reset();
    loaded_ = true;
    if (const auto bad = probe(how)) return *bad;
    parts_.process.had_model = true;
    tell({.name = "load_started", .fields = {}});
    const SteadyTime start = parts_.clock->steady_now();
    auto loaded = parts_.backend.load(package_, how);
    const std::chrono::duration<double> took = parts_.clock->steady_now() - start;
    const auto placement = loaded ? (*loaded)->placement() : Placement::kUnknown;
    tell({.name = "load_finished",
          .fields = {{"ok", loaded.has_value()},
                     {"code", std::string(loaded ? "ok" : name_of(loaded.error().code))},
                     {"backend", std::string(parts_.backend.name())},
                     {"placement", std::string(name_of(placement))},
                     {"seconds", took.count()}}});
    if (!loaded) return failed(loaded.error());
    model_ = std::move(*loaded);
    return StepOutcome::kDone;
  }

  /// Tries the load in a child; how that went where it did not go well. After a good one this
  /// process has only to load what the child has compiled.
  std::optional<StepOutcome> probe(LoadOptions& how) {
    const bool known = ledger_.memory() != nullptr && ledger_.memory()->verified_good;
    if (!parts_.probe || (known && !how.fresh)) return std::nullopt;
    const SteadyTime start = parts_.clock->steady_now();
    const ProbeEnd probed =
        parts_.probe({.package = package_, .how = how, .budget_ms = ledger_.budget_ms()});
    const std::chrono::duration<double> took = parts_.clock->steady_now() - start;
    tell({.name = "model_probe_finished",
          .fields = {{"how", std::string(name_of(probed.how))},
                     {"reason", probed.answer ? std::string() : probed.answer.error().message},
                     {"seconds", took.count()}}});
    switch (probed.how) {
      case ProbeEnd::How::kNotStarted:
        return std::nullopt;
      case ProbeEnd::How::kDied:
        outcome_.actions.emplace_back("tried it in a child process, which it ended");
        return failed(probed.answer.error(), StepOutcome::kEndedItsProcess);
      case ProbeEnd::How::kAnswered:
        if (!probed.answer) return failed(probed.answer.error());
        how.fresh = how.fresh && !probed.answer->kept;
    }
    return std::nullopt;
  }

  StepOutcome verify() {
    const auto verified = verify_model(*model_, *parts_.clock, ledger_.budget_ms());
    if (!verified) return failed(verified.error());
    outcome_.verification = *verified;
    tell({.name = "placement_verified",
          .fields = {{"placement", std::string(name_of(verified->placement))},
                     {"on_accelerator", std::string(name_of(on_accelerator(verified->placement)))},
                     {"warm_ms", verified->warm_ms},
                     {"budget_ms", verified->budget_ms},
                     {"verdict", std::string(name_of(verified->verdict()))},
                     {"ok", verified->good()}}});
    if (!verified->output_ok)
      return failed({ErrorCode::kCorrupt, verified->problem, ""}, StepOutcome::kWrongOutput);
    if (verified->good()) return StepOutcome::kGood;
    return failed({ErrorCode::kTimeout,
                   fmt::format("verify model: {:.0f} ms for a prediction, budget {:.0f} ms",
                               verified->warm_ms, verified->budget_ms),
                   slow_advice(verified->warm_ms)},
                  StepOutcome::kSlow);
  }

  StepOutcome failed(const Error& error) { return failed(error, outcome_of(error)); }

  StepOutcome failed(Error error, StepOutcome outcome) {
    outcome_.failures.push_back(std::move(error));
    return outcome;
  }

  StepOutcome back_off(std::chrono::milliseconds wait) {
    outcome_.actions.push_back(
        fmt::format("waited {:.1f} s", static_cast<double>(wait.count()) / 1000));
    parts_.wait(wait, cancel_);
    return StepOutcome::kDone;
  }

  LoadOutcome end(const NextStep& next) {
    const bool used = next.step == LoadStep::kUse || next.step == LoadStep::kUseDegraded;
    if (!used) model_.reset();
    remember();
    outcome_.degraded = next.step == LoadStep::kUseDegraded;
    outcome_.retry_when_calm = next.again_when_calm;
    if (next.step != LoadStep::kUse) {
      outcome_.reason = std::string(next.why);
      if (!outcome_.failures.empty()) outcome_.reason += ": " + outcome_.failures.back().message;
      tell({.name = used ? "model_degraded" : "model_refused",
            .fields = {{"reason", outcome_.reason}}});
    }
    outcome_.model = std::move(model_);
    return std::move(outcome_);
  }

  void remember() {
    const auto places = survey_ours();
    ledger_.finish(outcome_.verification, entries_of(places));
    if (parts_.state == nullptr || !loaded_ || places.empty()) return;
    // Best effort: an entry that is not known to be ours is one that we never clear.
    (void)remember_new_entries(*parts_.state, options_.cache, places_before_);
  }

  std::vector<MeasuredPlace> survey_ours() const {
    if (parts_.state == nullptr) return {};
    return survey(options_.cache, Breadth::kMayClear).value_or(std::vector<MeasuredPlace>());
  }

  GuardParts& parts_;
  const GuardOptions& options_;
  const std::filesystem::path& package_;
  const CancelToken cancel_;
  const bool had_model_before_;
  LoadLedger ledger_;
  std::vector<Attempt> attempts_;
  std::vector<MeasuredPlace> places_before_;
  PressureLevel worst_seen_ = PressureLevel::kNormal;
  bool loaded_ = false;  // or tried to
  std::unique_ptr<LoadedModel> model_;
  LoadOutcome outcome_;
};

}  // namespace

Error error_of(const LoadOutcome& outcome, const std::filesystem::path& package) {
  Error error{.code = ErrorCode::kUnavailable, .message = {}, .remedy = {}};
  for (const Error& failure : outcome.failures) {
    error.code = failure.code;
    error.remedy = failure.remedy;
    if (error.message.contains(failure.message)) continue;  // a second attempt met the same
    if (!error.message.empty()) error.message += "; then: ";
    error.message += failure.message;
  }
  if (error.message.empty()) error.message = outcome.reason;
  if (!error.message.contains(package.string())) {
    error.message.insert(0, fmt::format("load \"{}\": ", package.string()));
  }
  if (outcome.retry_when_calm) {
    error.remedy = "close what needs much memory, then try again";
  } else if (error.remedy.empty() && error.code == ErrorCode::kUnavailable) {
    error.remedy = "try again; if it fails again, build or fetch the model anew";
  }
  return error;
}

GuardedLoader::GuardedLoader(GuardParts parts, GuardOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {
  if (!parts_.wait) parts_.wait = sleep_in_slices;
}

LoadOutcome GuardedLoader::load(const std::filesystem::path& package, CancelToken cancel) {
  return LoadRun(parts_, options_, package, std::move(cancel)).run();
}

}  // namespace papr
