// SPDX-License-Identifier: Apache-2.0
#include "explicit_clear.h"

#include <optional>
#include <string>

#include "process_history.h"

namespace papr {
namespace {

std::optional<std::string> why_not(ClearClaim claim) {
  switch (claim) {
    case ClearClaim::kGranted:
      return std::nullopt;
    case ClearClaim::kInUse:
      return "a process of ours has a model loaded; its next start clears first";
    case ClearClaim::kCoolingDown:
      break;
  }
  return "the last clear was not long ago (cool-down)";
}

Result<ExplicitClaim> ask(const ExplicitClear& wanted, const ExplicitClearParts& parts,
                          bool anything) {
  if (parts.state == nullptr) {
    if (!anything || wanted.dry_run) return ExplicitClaim{};
    return fail(ErrorCode::kNotFound, "clear cache: no home folder to remember it in",
                "set HOME, or GuardOptions::state_file");
  }
  const ClaimRequest request{.options = wanted.options,
                             .force = wanted.force,
                             .had_model = this_process().had_model,
                             .anything = anything};
  return wanted.dry_run ? foresee_explicit_clear(*parts.state, request, parts.clock)
                        : claim_explicit_clear(*parts.state, request, parts.clock);
}

}  // namespace

Result<ExplicitClearOutcome> clear_explicitly(const ExplicitClear& wanted,
                                              const ExplicitClearParts& parts) {
  std::optional<ExplicitClaim> claim;
  const ClearRequest request{.cache = wanted.options.cache,
                             .scope = ClearScope::kOursAndLegacy,
                             .breadth = wanted.breadth,
                             .dry_run = wanted.dry_run,
                             .why_not = [&](bool anything) -> Result<std::optional<std::string>> {
                               const auto asked = ask(wanted, parts, anything);
                               if (!asked) return while_doing("clear cache", asked.error());
                               claim = *asked;
                               return why_not(asked->claim);
                             },
                             .progress = wanted.progress};
  auto report = clear_caches(request, parts.state, parts.clock, parts.events);
  const bool ours = claim && claim->claim == ClearClaim::kGranted && claim->began_cooldown;
  const bool removed = report && !report->cleared.empty();
  // Best effort, all three: a cool-down too long or old swapping that counts on only make us more
  // careful, and what was asked for once too often is cleared once too often.
  if (ours && !removed) (void)withdraw_explicit_clear(*parts.state, *claim);
  if (ours && removed) {
    if (parts.pressure != nullptr) (void)parts.pressure->note_clear();
    (void)note_explicit_clear(*parts.state);
  }
  if (!report) return std::unexpected(report.error());
  return ExplicitClearOutcome{.report = std::move(*report),
                              .claim = claim ? claim->claim : ClearClaim::kGranted};
}

}  // namespace papr
