// SPDX-License-Identifier: Apache-2.0
#include "psi.h"

#include "text_scan.h"

namespace papr {
namespace {

bool take_percent(std::string_view& text, std::string_view name, double& percent) noexcept {
  if (!take(text, name)) return false;
  const auto value = take_decimal(text);
  if (!value || *value > 100) return false;
  percent = *value;
  return true;
}

// "some avg10=0.00 avg60=1.50 avg300=12.25 total=4242", the first word taken already. Only the end
// of the line says that no digit of the last number is missing.
std::optional<double> percent_10s_of(std::string_view fields, bool ended) noexcept {
  double percent_10s = 0;
  double unused = 0;
  const bool sound = take_percent(fields, "avg10=", percent_10s) &&
                     take_percent(fields, " avg60=", unused) &&
                     take_percent(fields, " avg300=", unused) && take(fields, " total=") &&
                     take_number(fields).has_value() && fields.empty() && ended;
  return sound ? std::optional(percent_10s) : std::nullopt;
}

}  // namespace

Result<Psi> parse_psi(std::string_view text) {
  std::optional<double> some;
  std::optional<double> full;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = line->text;
    std::optional<double>* share = nullptr;
    if (take(rest, "some ")) {
      share = &some;
    } else if (take(rest, "full ")) {
      share = &full;
    } else {
      continue;
    }
    *share = percent_10s_of(rest, line->ended);
    if (!*share) return fail(ErrorCode::kCorrupt, "read memory pressure: a line is not whole");
  }
  if (!some) return fail(ErrorCode::kCorrupt, "read memory pressure: no \"some\" line");
  return Psi{.some_percent_10s = *some, .full_percent_10s = full};
}

}  // namespace papr
