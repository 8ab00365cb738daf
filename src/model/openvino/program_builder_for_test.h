// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "coreml_schema.h"
#include "package.h"

namespace papr {

/// Writes a small ML Program, op by op. For tests only.
class ProgramBuilder {
 public:
  ProgramBuilder() {
    model_.set_specificationversion(7);
    mil::Function& function = (*model_.mutable_mlprogram()->mutable_functions())["main"];
    function.set_opset("CoreML6");
    function_ = &function;
    block_ = &(*function.mutable_block_specializations())["CoreML6"];
  }

  /// A float32 input of a fixed shape, named in the description too.
  void input(const std::string& name, std::initializer_list<std::int64_t> shape) {
    mil::NamedValueType& input = *function_->add_inputs();
    input.set_name(name);
    set_type(*input.mutable_type(), mil::FLOAT32, shape);
    auto& feature = *model_.mutable_description()->add_input();
    feature.set_name(name);
    auto& array = *feature.mutable_type()->mutable_multiarraytype();
    array.set_datatype(coreml::ArrayFeatureType::FLOAT32);
    for (const std::int64_t length : shape) array.add_shape(length);
  }

  void floats(const std::string& name, std::initializer_list<std::int64_t> shape,
              std::initializer_list<float> values) {
    mil::Value& value = constant(name, mil::FLOAT32, shape);
    auto& list = *value.mutable_immediatevalue()->mutable_tensor()->mutable_floats();
    list.mutable_values()->Add(values.begin(), values.end());
  }
  void integers(const std::string& name, std::initializer_list<std::int32_t> values) {
    integer_constant(name, {static_cast<std::int64_t>(values.size())}, values);
  }
  void integer(const std::string& name, std::int32_t value) { integer_constant(name, {}, {value}); }
  void flag(const std::string& name, bool value) {
    constant(name, mil::BOOL, {})
        .mutable_immediatevalue()
        ->mutable_tensor()
        ->mutable_bools()
        ->add_values(value);
  }
  void text(const std::string& name, const std::string& value) {
    constant(name, mil::STRING, {})
        .mutable_immediatevalue()
        ->mutable_tensor()
        ->mutable_strings()
        ->add_values(value);
  }

  /// An op whose one output has `type` and `shape`; -1 is an unknown length. Operands are given as
  /// {"x", "name"} and may repeat to make a list.
  mil::Operation& op(const std::string& type, const std::string& output,
                     std::initializer_list<std::int64_t> shape,
                     const std::vector<std::pair<std::string, std::string>>& operands,
                     mil::DataType element = mil::FLOAT32) {
    mil::Operation& operation = *block_->add_operations();
    operation.set_type(type);
    for (const auto& [operand, name] : operands) {
      (*operation.mutable_inputs())[operand].add_arguments()->set_name(name);
    }
    mil::NamedValueType& result = *operation.add_outputs();
    result.set_name(output);
    set_type(*result.mutable_type(), element, shape);
    return operation;
  }

  void output(const std::string& name) { block_->add_outputs(name); }

  /// For the damage that a test wants to do.
  coreml::Model& model() { return model_; }
  mil::Function& function() { return *function_; }

  [[nodiscard]] Package package() const {
    return {std::make_shared<coreml::Model>(model_), "/p/Data/com.apple.CoreML"};
  }

  static void set_type(mil::ValueType& type, mil::DataType element,
                       std::initializer_list<std::int64_t> shape) {
    mil::TensorType& tensor = *type.mutable_tensortype();
    tensor.Clear();
    tensor.set_datatype(element);
    tensor.set_rank(static_cast<std::int64_t>(shape.size()));
    for (const std::int64_t length : shape) {
      mil::Dimension& dimension = *tensor.add_dimensions();
      if (length < 0) {
        dimension.mutable_unknown()->set_variadic(false);
      } else {
        dimension.mutable_constant()->set_size(static_cast<std::uint64_t>(length));
      }
    }
  }

 private:
  mil::Value& constant(const std::string& name, mil::DataType element,
                       std::initializer_list<std::int64_t> shape) {
    mil::Operation& operation = op("const", name, shape, {}, element);
    mil::Value& value = (*operation.mutable_attributes())["val"];
    set_type(*value.mutable_type(), element, shape);
    return value;
  }
  void integer_constant(const std::string& name, std::initializer_list<std::int64_t> shape,
                        std::initializer_list<std::int32_t> values) {
    mil::Value& value = constant(name, mil::INT32, shape);
    auto& list = *value.mutable_immediatevalue()->mutable_tensor()->mutable_ints();
    list.mutable_values()->Add(values.begin(), values.end());
  }

  coreml::Model model_;
  mil::Function* function_ = nullptr;
  mil::Block* block_ = nullptr;
};

}  // namespace papr
