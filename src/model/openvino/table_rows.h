// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace ov {
class Model;
class Node;
}  // namespace ov

namespace papr {

/// The rows of the smallest table that `graph` looks up by the values of `parameter`, one of its
/// inputs; nullopt: it looks nothing up by them, or in a table whose length is not known.
[[nodiscard]] std::optional<std::int64_t> table_rows_of(const ov::Model& graph,
                                                        const ov::Node& parameter);

}  // namespace papr
