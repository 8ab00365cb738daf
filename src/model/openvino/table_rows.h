// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

namespace ov {
class Dimension;
class Model;
class Node;
}  // namespace ov

namespace papr {

/// The rows of the smallest table that `graph` looks up by the values of `parameter`, one of its
/// inputs; nullopt: it looks nothing up by them, or in a table whose length is not known.
[[nodiscard]] std::optional<std::int64_t> table_rows_of(const ov::Model& graph,
                                                        const ov::Node& parameter);

/// Whether these indices into a table of `rows` are the values of an input as they are, so that
/// `table_rows_of` finds them, and whoever runs the model is told of those that are out of range.
[[nodiscard]] bool are_input_of_table(const ov::Node& indices, const ov::Dimension& rows);

}  // namespace papr
