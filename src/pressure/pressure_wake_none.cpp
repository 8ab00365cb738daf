// SPDX-License-Identifier: Apache-2.0
#include "pressure_wake.h"

namespace papr {

std::unique_ptr<PressureWake> make_pressure_wake() { return nullptr; }

}  // namespace papr
