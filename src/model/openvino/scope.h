// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <openvino/core/node_output.hpp>
#include <string>
#include <string_view>

#include "coreml_schema.h"
#include "literal.h"
#include "weight_file.h"
#include "weight_matrix.h"

namespace papr {

using Value = ov::Output<ov::Node>;

/// The names of a program and what they stand for. Every name is defined once, before its use.
///
/// Constants stay messages until an op asks for them: what is only an attribute, as an axis or a
/// string, never becomes a node.
class Scope {
 public:
  /// `weights` must outlive this.
  explicit Scope(WeightFiles& weights) : weights_(weights) {}

  // All of these throw BadProgram: a name is defined twice, is not defined, or is no constant.

  void define(const std::string& name, Value value);
  void define(const std::string& name, Literal literal);
  void define(const std::string& name, WeightMatrix matrix);
  /// `value` must outlive this.
  void define_constant(const std::string& name, const mil::Value& value);

  /// A state begins with `value`; what it is changed to has the same type and a shape that fits.
  void define_state(const std::string& name, Value value);
  void change_state(const std::string& name, Value value);
  /// The state as it is at this place of the program.
  [[nodiscard]] Value state(const std::string& name) const;

  /// What `name` stands for, as a node of the graph.
  [[nodiscard]] Value value(const std::string& name);
  /// The same where a product takes the transposed matrix, or rows are taken from it: a
  /// WeightMatrix stays one.
  [[nodiscard]] Value matrix(const std::string& name);
  /// What `name` stands for, when it is a constant of the program.
  [[nodiscard]] const mil::Value& constant(const std::string& name) const;
  /// What `name` stands for, when it is a constant of the program or what an op made of some.
  [[nodiscard]] Literal literal(const std::string& name) const;

  /// A node for a constant. Weights are not copied; those in half precision stay so in memory.
  [[nodiscard]] Value make_constant(const mil::Value& value);

  [[nodiscard]] WeightFiles& weights() noexcept { return weights_; }

 private:
  void expect_new(const std::string& name) const;

  WeightFiles& weights_;
  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, Value, std::less<>> states_;
  std::map<std::string, Literal, std::less<>> literals_;
  std::map<std::string, WeightMatrix, std::less<>> matrices_;
  std::map<std::string, Value, std::less<>> matrix_values_;
  std::map<std::string, const mil::Value*, std::less<>> constants_;
};

}  // namespace papr
