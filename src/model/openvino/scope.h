// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <openvino/core/node_output.hpp>
#include <string>
#include <string_view>

#include "coreml_schema.h"
#include "weight_file.h"

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
  /// `value` must outlive this.
  void define_constant(const std::string& name, const mil::Value& value);

  /// What `name` stands for, as a node of the graph.
  [[nodiscard]] Value value(const std::string& name);
  /// What `name` stands for, when it is a constant.
  [[nodiscard]] const mil::Value& constant(const std::string& name) const;

  /// A node for a constant. Weights are not copied; those in half precision stay so in memory.
  [[nodiscard]] Value make_constant(const mil::Value& value);

  [[nodiscard]] WeightFiles& weights() noexcept { return weights_; }

 private:
  WeightFiles& weights_;
  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, const mil::Value*, std::less<>> constants_;
};

}  // namespace papr
