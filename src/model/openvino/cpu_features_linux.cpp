// SPDX-License-Identifier: Apache-2.0
#include <sys/auxv.h>

#include "cpu_features.h"

namespace papr {

std::string cpu_features() {
  return std::to_string(::getauxval(AT_HWCAP)) + ' ' + std::to_string(::getauxval(AT_HWCAP2));
}

}  // namespace papr
