// SPDX-License-Identifier: Apache-2.0
#include "degraded_advice.h"

#include <string>

#include "../model/load_error.h"

namespace papr::cli {
namespace {

constexpr std::string_view kFreeMemory =
    "close what needs much memory; the next search tries the model again";
constexpr std::string_view kSlowModel =
    "`papr model check` measures it and says which PAPR_LATENCY_BUDGET it would meet";
constexpr std::string_view kMoreTime =
    "give this machine more time with PAPR_HEDGE_AFTER, or ask it alone with --local";
constexpr std::string_view kFillStore =
    "`papr add` and `papr import` fill the store on this machine";
constexpr std::string_view kModelAnew =
    "build or fetch the model anew; `papr model info` says whether it can be loaded";

struct Advice {
  std::string_view part;  ///< of the reason
  std::string_view text;
};

// The first that is found counts. What errors of loading say is left to the model's own table.
constexpr Advice kAdvice[] = {
    {"memory is critical", kFreeMemory},
    {"answers slower than its budget", kFreeMemory},
    {"it runs on the CPU", kFreeMemory},
    {"slower than its budget", kSlowModel},
    {"still loading", kMoreTime},
    {"the local answer is late", kMoreTime},
    {"the model is at another call", kMoreTime},
    {"no local memory matches", kFillStore},
    {"there is no local store", kFillStore},
    {"no model given", "name a .mlpackage with --model or in PAPR_MODEL"},
    {"no such package", "name a .mlpackage that is there with --model or in PAPR_MODEL"},
    {"Manifest.json", "name a .mlpackage that is one with --model or in PAPR_MODEL"},
};

}  // namespace

std::string_view degraded_advice(std::string_view reason) {
  for (const Advice& advice : kAdvice) {
    if (reason.contains(advice.part)) return advice.text;
  }
  const Error error{.code = ErrorCode::kUnavailable, .message = std::string(reason), .remedy = {}};
  return outcome_of(error) == StepOutcome::kTransient ? kFreeMemory : kModelAnew;
}

}  // namespace papr::cli
