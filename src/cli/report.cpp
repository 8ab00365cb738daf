// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <algorithm>
#include <ostream>

namespace papr::cli {

namespace {

// An ordered_json looks through all its keys for each that is put in.
Json ordered(nlohmann::json value) {
  if (value.is_object()) {
    Json::object_t members;
    for (auto& [key, member] : value.items()) members.emplace_back(key, ordered(std::move(member)));
    return members;
  }
  if (value.is_array()) {
    Json::array_t items;
    for (auto& item : value) items.push_back(ordered(std::move(item)));
    return items;
  }
  return value;
}

}  // namespace

Json json_of_metadata(const std::string& text) {
  auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return nullptr;
  return ordered(std::move(value));
}

void print_json(Context& context, const Json& json) {
  context.out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json json_of(const Error& error) {
  return {{"code", name_of(error.code)}, {"message", error.message}, {"remedy", error.remedy}};
}

ExitCode report_error(Context& context, const GlobalOptions& options, const Error& error,
                      ExitCode code) {
  if (options.json) {
    print_json(context, {{"error", json_of(error)}});
    return code;
  }
  // A message may hold names and words that are not ours, and a terminal acts on some bytes.
  constexpr std::size_t kMostCharacters = 4000;
  context.err << "papr: " << one_line(error.message, kMostCharacters) << '\n';
  if (!error.remedy.empty()) {
    context.err << "      " << one_line(error.remedy, kMostCharacters) << '\n';
  }
  return code;
}

ExitCode report_settings_error(Context& context, const GlobalOptions& options, const Error& error) {
  const bool usage = error.code == ErrorCode::kInvalidArgument;
  return report_error(context, options, error, usage ? ExitCode::kUsage : ExitCode::kFailed);
}

void remark(Context& context, const GlobalOptions& options, std::string_view text) {
  if (!options.quiet) context.err << text << '\n';
}

std::string rest_of_line(const Context& context, std::string_view text, std::size_t taken_columns) {
  if (!context.out_width_columns) return one_line(text, text.size());
  const auto width = static_cast<std::size_t>(*context.out_width_columns);
  const std::size_t taken_with_ellipsis = taken_columns + 1;
  return one_line(text, width - std::min(width, taken_with_ellipsis));
}

}  // namespace papr::cli
