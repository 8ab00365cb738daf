// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fake_caches.h"
#include "plan_clear.h"

namespace papr {

/// The explicit call's plan of a caches folder as it is now. For tests only.
inline ClearPlan plan_of(const FakeCaches& fake) {
  const auto places = survey(fake.options(), Breadth::kAll);
  return places ? plan_clear(*places, {}, {}, ClearScope::kOursAndLegacy, FakeCaches::now())
                : ClearPlan{};
}

}  // namespace papr
