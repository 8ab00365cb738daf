// SPDX-License-Identifier: Apache-2.0
#include "filter_sql.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace papr {
namespace {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The number that `text` spells in JSON, or null. Blanks around it make it a text.
Value number_of(const std::string& text) {
  if (text.empty() || !is_digit(text.back()) || (!is_digit(text.front()) && text.front() != '-')) {
    return nullptr;
  }
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) {
    return json.get<double>();  // as SQLite reads it
  }
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  return nullptr;
}

// SQLite's names of these three types are their JSON spelling.
Value literal_of(const std::string& text) {
  if (text == "true" || text == "false" || text == "null") return text;
  return nullptr;
}

// `entry`: a row of json_each. ?first is the text, then the number, then the literal.
std::string entry_matches(std::string_view entry, std::size_t first) {
  return fmt::format(
      "(({0}.type = 'text' AND {0}.value = ?{1}) OR "
      "({0}.type IN ('integer', 'real') AND {0}.value = ?{2}) OR {0}.type = ?{3})",
      entry, first, first + 1, first + 2);
}

}  // namespace

FilterSql to_sql(const MemoryFilter& filter) {
  FilterSql sql{.where = "true", .values = {}};
  const auto require = [&sql](std::string_view column, const std::optional<std::string>& value) {
    if (!value) return;
    sql.values.emplace_back(*value);
    sql.where += fmt::format(" AND {} = ?{}", column, sql.values.size());
  };
  require("user_id", filter.user_id);
  require("namespace_id", filter.namespace_id);
  require("organization_id", filter.organization_id);
  // The key is compared and not put into a JSON path: dots and quotes mean nothing special.
  for (const auto& [key, value] : filter.metadata) {
    sql.values.emplace_back(key);
    const std::size_t key_number = sql.values.size();
    sql.values.emplace_back(value);
    sql.values.emplace_back(number_of(value));
    sql.values.emplace_back(literal_of(value));
    sql.where += fmt::format(
        " AND EXISTS (SELECT 1 FROM json_each(metadata) AS field WHERE field.key = ?{} AND "
        "({} OR (field.type = 'array' AND EXISTS (SELECT 1 FROM json_each(field.value) AS member "
        "WHERE {}))))",
        key_number, entry_matches("field", key_number + 1),
        entry_matches("member", key_number + 1));
  }
  return sql;
}

void bind_filter(Statement& statement, const FilterSql& filter) {
  for (const auto& value : filter.values) {
    std::visit(
        [&statement](const auto& held) {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::string>) {
            statement.bind(std::string_view(held));
          } else {
            statement.bind(held);
          }
        },
        value);
  }
}

}  // namespace papr
