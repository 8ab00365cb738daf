// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "papr/memory_store.h"
#include "sqlite.h"

namespace papr {

/// A filter as SQL. Values are parameters, never text of the SQL.
struct FilterSql {
  std::string where;  ///< a condition on the table `memories`; parameters ?1, ?2, ... = `values`
  std::vector<std::variant<std::nullptr_t, std::int64_t, double, std::string>> values;
};

[[nodiscard]] FilterSql to_sql(const MemoryFilter& filter);

/// Binds `filter.values`, which must outlive the statement's run. Call before other binds.
void bind_filter(Statement& statement, const FilterSql& filter);

}  // namespace papr
