// SPDX-License-Identifier: Apache-2.0
#include "operands.h"

#include <algorithm>

#include "bad_program.h"
#include "literal.h"

namespace papr {
namespace {

// `axis` counted from the front, or nothing when a tensor of `rank` has no such axis.
std::optional<std::int64_t> normalized(std::int64_t axis, std::size_t rank) {
  const auto axes = static_cast<std::int64_t>(rank);
  if (axis < -axes || axis >= axes) return std::nullopt;
  return axis < 0 ? axis + axes : axis;
}

}  // namespace

std::size_t rank_of(const Value& value) {
  const ov::Rank rank = value.get_partial_shape().rank();
  if (rank.is_dynamic()) reject_unsupported("a tensor of unknown rank");
  return static_cast<std::size_t>(rank.get_length());
}

void Operands::reject_operand(const std::string& name, std::string_view what) const {
  reject_corrupt("operand \"" + name + "\": " + std::string(what));
}

const Operands::Bindings* Operands::bindings(const std::string& name) const {
  const auto input = operation_.inputs().find(name);
  return input == operation_.inputs().end() ? nullptr : &input->second.arguments();
}

bool Operands::has(const std::string& name) const {
  return operation_.inputs().contains(name) || operation_.attributes().contains(name);
}

Value Operands::bound(const std::string& name, const mil::Argument_Binding& binding) const {
  switch (binding.binding_case()) {
    case mil::Argument_Binding::kName:
      return scope_.value(binding.name());
    case mil::Argument_Binding::kValue:
      return scope_.make_constant(binding.value());
    case mil::Argument_Binding::BINDING_NOT_SET:
      break;
  }
  reject_operand(name, "neither a name nor a value");
}

std::vector<Value> Operands::tensors(const std::string& name) const {
  const Bindings* const given = bindings(name);
  if (given == nullptr) reject_operand(name, "missing");
  if (given->empty()) reject_operand(name, "an empty list");
  std::vector<Value> values;
  for (const mil::Argument_Binding& binding : *given) {
    values.push_back(bound(name, binding));
    if (rank_of(values.back()) > kMostAxes) reject_operand(name, "more axes than a tensor has");
  }
  return values;
}

Value Operands::tensor(const std::string& name) const {
  if (const auto* const value = attribute(name)) return scope_.make_constant(*value);
  const std::vector<Value> values = tensors(name);
  if (values.size() != 1) reject_operand(name, "a list where one tensor is needed");
  return values.front();
}

Value Operands::floats(const std::string& name) const {
  const Value value = tensor(name);
  if (!value.get_element_type().is_real()) {
    reject_unsupported("operand \"" + name + "\" of type " +
                       value.get_element_type().get_type_name());
  }
  return value;
}

Value Operands::shape(const std::string& name) const {
  const Value value = tensor(name);
  if (value.get_element_type() != ov::element::i32) {
    reject_operand(name, value.get_element_type().get_type_name() + " where integers are needed");
  }
  if (value.get_partial_shape().is_dynamic() || rank_of(value) != 1 ||
      value.get_shape()[0] > kMostAxes) {
    reject_operand(name, "not a short list");
  }
  return value;
}

Value Operands::matrix(const std::string& name) const {
  const Bindings* const given = bindings(name);
  if (given == nullptr || given->size() != 1 || (*given)[0].has_value()) return tensor(name);
  const Value value = scope_.matrix((*given)[0].name());
  return rank_of(value) == 2 ? value : tensor(name);
}

Value Operands::state(const std::string& name) const { return scope_.state(binding(name).name()); }

void Operands::change_state(const std::string& name, const Value& value) const {
  scope_.change_state(binding(name).name(), value);
}

Value Operands::indices(const std::string& name) const {
  const Value value = tensor(name);
  if (value.get_element_type() != ov::element::i32) reject_operand(name, "not integers");
  return value;
}

const mil::Value* Operands::attribute(const std::string& name) const {
  const auto known = operation_.attributes().find(name);
  return known == operation_.attributes().end() ? nullptr : &known->second;
}

const mil::Argument_Binding& Operands::binding(const std::string& name) const {
  const Bindings* const given = bindings(name);
  if (given == nullptr) reject_operand(name, "missing");
  if (given->size() != 1) reject_operand(name, "not one value");
  return (*given)[0];
}

Literal Operands::literal(const std::string& name) const {
  if (const auto* const value = attribute(name)) return read_literal(*value, scope_.weights());
  const mil::Argument_Binding& bound = binding(name);
  return bound.has_value() ? read_literal(bound.value(), scope_.weights())
                           : scope_.literal(bound.name());
}

std::vector<std::int64_t> Operands::integers(const std::string& name, std::size_t most) const {
  const Literal list = literal(name);
  if (list.shape.size() == 1 && list.shape[0] > most) reject_operand(name, "a long list");
  return integers_of(list);
}

std::vector<std::int64_t> Operands::constants(const std::string& name) const {
  const Bindings* const given = bindings(name);
  if (given == nullptr) reject_operand(name, "missing");
  std::vector<std::int64_t> all;
  for (const mil::Argument_Binding& one : *given) {
    const auto values = integers_of(one.has_value() ? read_literal(one.value(), scope_.weights())
                                                    : scope_.literal(one.name()));
    if (values.size() != 1) reject_operand(name, "not one integer for each");
    all.push_back(values.front());
  }
  return all;
}

std::int64_t Operands::integer(const std::string& name,
                               std::optional<std::int64_t> fallback) const {
  if (fallback && !has(name)) return *fallback;
  const std::vector<std::int64_t> values = integers(name);
  if (values.size() != 1) reject_operand(name, "not one integer");
  return values.front();
}

bool Operands::flag(const std::string& name, bool fallback) const {
  return integer(name, fallback ? 1 : 0) != 0;
}

float Operands::number(const std::string& name, float fallback) const {
  if (!has(name)) return fallback;
  const std::vector<float> values = floats_of(literal(name));
  if (values.size() != 1) reject_operand(name, "not one number");
  return values.front();
}

std::string Operands::text(const std::string& name, std::optional<std::string> fallback) const {
  if (fallback && !has(name)) return *fallback;
  if (const auto* const value = attribute(name)) return read_text(*value);
  const mil::Argument_Binding& bound = binding(name);
  return read_text(bound.has_value() ? bound.value() : scope_.constant(bound.name()));
}

std::vector<std::int64_t> Operands::axes(const std::string& name, std::size_t rank) const {
  std::vector<std::int64_t> axes;
  for (const std::int64_t given : integers(name)) {
    const auto axis = normalized(given, rank);
    if (!axis) {
      reject_operand(name, "axis " + std::to_string(given) + " of " + std::to_string(rank));
    }
    if (std::ranges::find(axes, *axis) != axes.end()) {
      reject_operand(name, "axis " + std::to_string(given) + " twice");
    }
    axes.push_back(*axis);
  }
  return axes;
}

std::int64_t Operands::axis(const std::string& name, std::size_t rank,
                            std::optional<std::int64_t> fallback) const {
  const std::int64_t given = integer(name, fallback);
  const auto axis = normalized(given, rank);
  if (!axis) reject_operand(name, "axis " + std::to_string(given) + " of " + std::to_string(rank));
  return *axis;
}

std::vector<std::int64_t> Operands::mask(const std::string& name, std::size_t rank) const {
  if (!has(name)) return std::vector<std::int64_t>(rank, 0);
  std::vector<std::int64_t> flags = integers(name);
  if (flags.size() != rank) reject_operand(name, "not one flag for each axis");
  for (std::int64_t& flag : flags) flag = flag != 0 ? 1 : 0;
  return flags;
}

}  // namespace papr
