// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "../base/size_text.h"  // for counts and sizes
#include "../base/text_line.h"  // for whoever prints text that is not ours
#include "context.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// Keys stay in the order in which they are documented.
using Json = nlohmann::ordered_json;

/// One object on one line of stdout. Bytes that are not UTF-8 become U+FFFD.
void print_json(Context& context, const Json& json);

/// The object that `text` is; null where it is no JSON. In a time that grows with its length alone,
/// however many keys it has; they come sorted.
[[nodiscard]] Json json_of_metadata(const std::string& text);

/// null for an empty text.
[[nodiscard]] Json text_or_null(const std::string& text);

/// {"code", "message", "remedy"}
[[nodiscard]] Json json_of(const Error& error);

/// Says what went wrong: on stderr for people, with --json as {"error": ...} on stdout.
/// Gives `code` back.
[[nodiscard]] ExitCode report_error(Context& context, const GlobalOptions& options,
                                    const Error& error, ExitCode code = ExitCode::kFailed);

/// The same for what arguments and settings say: kInvalidArgument, as for what was not given or is
/// blank, is wrong usage; the rest, as what is not there, a failure.
[[nodiscard]] ExitCode report_settings_error(Context& context, const GlobalOptions& options,
                                             const Error& error);

/// A remark on stderr, unless --quiet.
void remark(Context& context, const GlobalOptions& options, std::string_view text);

/// Untrusted text as the rest of a line of `out`, `taken_columns` of which are taken: cut to the
/// terminal, and whole where `out` is none.
[[nodiscard]] std::string rest_of_line(const Context& context, std::string_view text,
                                       std::size_t taken_columns);

}  // namespace papr::cli
