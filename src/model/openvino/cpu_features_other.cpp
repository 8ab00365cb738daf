// SPDX-License-Identifier: Apache-2.0
#include "cpu_features.h"

namespace papr {

std::string cpu_features() { return {}; }

}  // namespace papr
