// SPDX-License-Identifier: Apache-2.0
#include "os_build.h"

namespace papr {

// Model runtimes come with the program here: no update of the system changes what they compiled.
std::string os_build() { return {}; }

}  // namespace papr
