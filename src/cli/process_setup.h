// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace papr::cli {

/// Makes errors out of what would otherwise end or mislead the program; called first in main.
///
/// A standard stream that is closed would be given to the next file that is opened, so that a
/// message could end up in a store: it is held so that each use of it fails. A file that reaches
/// `ulimit -f` is an error of the write and no longer a signal.
void prepare_process() noexcept;

}  // namespace papr::cli
