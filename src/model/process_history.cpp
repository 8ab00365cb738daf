// SPDX-License-Identifier: Apache-2.0
#include "process_history.h"

namespace papr {

ProcessHistory& this_process() noexcept {
  static ProcessHistory history;
  return history;
}

}  // namespace papr
