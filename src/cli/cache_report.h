// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "../base/clock.h"
#include "../model/explicit_clear.h"
#include "context.h"
#include "papr/coreml_cache.h"
#include "settings.h"

namespace papr::cli {

// Each prints the outcome of one command, as JSON or for people, and gives its exit code.

struct PlacesView {
  WallTime now;
  bool entries = false;  ///< also each entry
};

[[nodiscard]] ExitCode report_places(Context& context, const GlobalOptions& global,
                                     const std::vector<CachePlace>& places, const PlacesView& view);

/// Of own and legacy places. kDegraded when not all of them could be read.
[[nodiscard]] ExitCode report_size(Context& context, const GlobalOptions& global,
                                   const std::vector<CachePlace>& places);

/// `what` names it for a person. kDegraded when an entry could not be cleared, or none was because
/// of the cool-down or a process of ours that has a model loaded.
[[nodiscard]] ExitCode report_clear(Context& context, const GlobalOptions& global,
                                    const ExplicitClearOutcome& outcome,
                                    std::string_view what = "CoreML cache");

}  // namespace papr::cli
