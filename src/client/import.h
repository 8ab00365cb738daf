// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <istream>

#include "client_state.h"
#include "papr/client.h"

namespace papr {

/// The body of Client::import_lines.
[[nodiscard]] Result<ImportReport> import_lines(
    const Writer& writer, const Clock& clock, std::istream& lines,
    const std::function<void(const ImportProgress&)>& on_progress);

}  // namespace papr
