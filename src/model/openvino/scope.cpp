// SPDX-License-Identifier: Apache-2.0
#include "scope.h"

#include <memory>
#include <openvino/core/node.hpp>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <utility>
#include <vector>

#include "bad_program.h"
#include "literal.h"
#include "mil_types.h"

namespace papr {
namespace {

using ov::op::v0::Constant;
using ov::op::v0::Convert;

// Points into the mapped weight file and keeps it mapped.
std::shared_ptr<Constant> wrap(const Literal& literal) {
  return std::make_shared<Constant>(literal.type, literal.shape,
                                    static_cast<const void*>(literal.bytes.data()),
                                    std::const_pointer_cast<void>(literal.owner));
}

// Without the mark OpenVINO folds the pair into an f32 constant of twice the size. The name is that
// of its internal attribute `Decompression`; a test holds it to that.
Value decompressed(std::shared_ptr<Constant> half) {
  auto convert = std::make_shared<Convert>(std::move(half), ov::element::f32);
  convert->get_rt_info()["decompression_0"] = true;
  return convert;
}

Value constant_of(const Literal& literal) {
  if (literal.mapped && literal.type == ov::element::f16) return decompressed(wrap(literal));
  // Packed by Core ML otherwise than by OpenVINO, and no op but those of weights takes them.
  if (literal.type.bitwidth() < 8)
    reject_unsupported("a constant of type " + literal.type.get_type_name() + " as a tensor");
  const ov::element::Type wide = widened(literal.type);
  if (literal.mapped && literal.type == wide) return wrap(literal);
  const Constant narrow(literal.type, literal.shape,
                        static_cast<const void*>(literal.bytes.data()));
  if (literal.type == wide) return std::make_shared<Constant>(narrow);
  if (wide == ov::element::f32) {
    return std::make_shared<Constant>(wide, literal.shape, narrow.cast_vector<float>());
  }
  return std::make_shared<Constant>(wide, literal.shape, narrow.cast_vector<std::int32_t>());
}

}  // namespace

void Scope::expect_new(const std::string& name) const {
  if (name.empty()) reject_corrupt("an output without a name");
  if (values_.contains(name) || literals_.contains(name) || constants_.contains(name) ||
      matrices_.contains(name) || states_.contains(name)) {
    reject_corrupt("\"" + name + "\" is defined twice");
  }
}

void Scope::define(const std::string& name, Value value) {
  expect_new(name);
  // What is listed of a model has its names. The name of its own says that a node has no other yet.
  ov::Node& node = *value.get_node();
  if (node.get_friendly_name() == node.get_name()) node.set_friendly_name(name);
  values_.emplace(name, std::move(value));
}

void Scope::define(const std::string& name, Literal literal) {
  expect_new(name);
  literals_.emplace(name, std::move(literal));
}

void Scope::define(const std::string& name, WeightMatrix matrix) {
  expect_new(name);
  matrices_.emplace(name, std::move(matrix));
}

void Scope::define_state(const std::string& name, Value value) {
  expect_new(name);
  states_.emplace(name, std::move(value));
}

void Scope::change_state(const std::string& name, Value value) {
  const Value now = state(name);
  if (value.get_element_type() != now.get_element_type() ||
      !value.get_partial_shape().compatible(now.get_partial_shape())) {
    reject_corrupt("\"" + name + "\" is a state of another type or shape");
  }
  states_.find(name)->second = std::move(value);
}

Value Scope::state(const std::string& name) const {
  const auto known = states_.find(name);
  if (known == states_.end()) reject_corrupt("\"" + name + "\" is no state");
  return known->second;
}

void Scope::define_constant(const std::string& name, const mil::Value& value) {
  expect_new(name);
  constants_.emplace(name, &value);
}

Value Scope::value(const std::string& name) {
  const auto known = values_.find(name);
  if (known != values_.end()) return known->second;
  const auto made = constant_of(literal(name));
  values_.emplace(name, made);
  return made;
}

const mil::Value& Scope::constant(const std::string& name) const {
  const auto known = constants_.find(name);
  if (known != constants_.end()) return *known->second;
  reject_corrupt("\"" + name +
                 (values_.contains(name) ? "\" is no constant" : "\" is not defined"));
}

Value Scope::matrix(const std::string& name) {
  const auto known = matrices_.find(name);
  if (known == matrices_.end()) return value(name);
  const auto made = matrix_values_.find(name);
  if (made != matrix_values_.end()) return made->second;
  return matrix_values_.emplace(name, in_graph(known->second)).first->second;
}

Literal Scope::literal(const std::string& name) const {
  const auto known = literals_.find(name);
  if (known != literals_.end()) return known->second;
  const auto matrix = matrices_.find(name);
  if (matrix != matrices_.end()) return expanded(matrix->second);
  return read_literal(constant(name), weights_);
}

Value Scope::make_constant(const mil::Value& value) {
  return constant_of(read_literal(value, weights_));
}

}  // namespace papr
