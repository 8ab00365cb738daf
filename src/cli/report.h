// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "context.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// Keys stay in the order in which they are documented.
using Json = nlohmann::ordered_json;

/// One object on one line of stdout. Bytes that are not UTF-8 become U+FFFD.
void print_json(Context& context, const Json& json);

/// Says what went wrong: on stderr for people, with --json as {"error": ...} on stdout.
/// Gives `code` back.
[[nodiscard]] ExitCode report_error(Context& context, const GlobalOptions& options,
                                    const Error& error, ExitCode code = ExitCode::kFailed);

/// The same for settings: what was not given is wrong usage, what is not there a failure.
[[nodiscard]] ExitCode report_settings_error(Context& context, const GlobalOptions& options,
                                             const Error& error);

/// A remark on stderr, unless --quiet.
void remark(Context& context, const GlobalOptions& options, std::string_view text);

/// One line of untrusted text for a terminal: control characters, escape sequences among them, and
/// runs of white space become one blank; cut at `width_columns` code points with "…".
[[nodiscard]] std::string one_line(std::string_view text, std::size_t width_columns);

/// "12,345": a number as people read it.
[[nodiscard]] std::string with_thousands(std::size_t number);

/// "1.2 GB", "31.0 MB", "512 bytes": decimal, as the Finder counts.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace papr::cli
