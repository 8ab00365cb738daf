// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coreml_schema.h"
#include "scope.h"

namespace papr {

/// Typed access to what one op of a program is given. Everything here throws BadProgram, naming the
/// operand, when it is missing, not of the wanted type, or undefined.
class Operands {
 public:
  /// Both must outlive this.
  Operands(const mil::Operation& operation, Scope& scope) : operation_(operation), scope_(scope) {}

  [[nodiscard]] bool has(const std::string& name) const;

  /// One tensor, computed or constant. Its rank is known.
  [[nodiscard]] Value tensor(const std::string& name) const;
  /// As `tensor`, where a product takes the transposed matrix, or rows are taken from it: it may be
  /// a compressed one.
  [[nodiscard]] Value matrix(const std::string& name) const;
  /// As `tensor`, of floats.
  [[nodiscard]] Value floats(const std::string& name) const;
  /// As `tensor`, of integers, one axis of a known length, at most kMostAxes: a shape.
  [[nodiscard]] Value shape(const std::string& name) const;
  /// A state, as it is at this place of the program.
  [[nodiscard]] Value state(const std::string& name) const;
  void change_state(const std::string& name, const Value& value) const;
  /// One tensor or several, in order; never none.
  [[nodiscard]] std::vector<Value> tensors(const std::string& name) const;

  /// As `tensor`, of integers.
  [[nodiscard]] Value indices(const std::string& name) const;

  // Constants. With a `fallback` they may be missing.

  [[nodiscard]] Literal literal(const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name,
                                                   std::size_t most = kMostAxes) const;
  /// One integer or flag of each member of an operand that is a tuple.
  [[nodiscard]] std::vector<std::int64_t> constants(const std::string& name) const;
  [[nodiscard]] std::int64_t integer(const std::string& name,
                                     std::optional<std::int64_t> fallback = {}) const;
  [[nodiscard]] bool flag(const std::string& name, bool fallback) const;
  [[nodiscard]] float number(const std::string& name, float fallback) const;
  [[nodiscard]] std::string text(const std::string& name,
                                 std::optional<std::string> fallback = {}) const;

  /// Distinct axes of a tensor of `rank`, negative ones counted from the end: each in [0, rank).
  [[nodiscard]] std::vector<std::int64_t> axes(const std::string& name, std::size_t rank) const;
  /// One such axis.
  [[nodiscard]] std::int64_t axis(const std::string& name, std::size_t rank,
                                  std::optional<std::int64_t> fallback = {}) const;
  /// One flag for each axis of a tensor of `rank`, as a mask; none set when missing.
  [[nodiscard]] std::vector<std::int64_t> mask(const std::string& name, std::size_t rank) const;

  /// More axes than any tensor of Core ML has; bounds what a hostile shape can cost.
  static constexpr std::size_t kMostAxes = 8;

 private:
  using Bindings = google::protobuf::RepeatedPtrField<mil::Argument_Binding>;

  [[nodiscard]] const Bindings* bindings(const std::string& name) const;
  [[nodiscard]] const mil::Argument_Binding& binding(const std::string& name) const;
  [[nodiscard]] Value bound(const std::string& name, const mil::Argument_Binding& binding) const;
  [[nodiscard]] const mil::Value* attribute(const std::string& name) const;
  [[noreturn]] void reject_operand(const std::string& name, std::string_view what) const;

  const mil::Operation& operation_;
  Scope& scope_;
};

/// The number of axes of `value`.
[[nodiscard]] std::size_t rank_of(const Value& value);

}  // namespace papr
