// SPDX-License-Identifier: Apache-2.0
#include "translate.h"

#include <algorithm>
#include <exception>
#include <openvino/core/model.hpp>
#include <openvino/op/convert.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/result.hpp>
#include <string>
#include <utility>

#include "../../base/text_line.h"
#include "bad_program.h"
#include "coreml_schema.h"
#include "input_shapes.h"
#include "mil_types.h"
#include "op_table.h"
#include "scope.h"
#include "table_rows.h"

namespace papr {
namespace {

constexpr const char* kFunction = "main";

const mil::Block& block_of(const mil::Function& function) {
  const auto block = function.block_specializations().find(function.opset());
  if (block == function.block_specializations().end()) {
    reject_corrupt("no block for opset \"" + function.opset() + "\"");
  }
  return block->second;
}

Value converted(const Value& value, ov::element::Type type) {
  if (value.get_element_type() == type) return value;
  return std::make_shared<ov::op::v0::Convert>(value, type);
}

// More elements than kMostElements in the largest case that the axes' bounds allow. Axes without
// a bound count as 1: how long they get is up to whoever runs the model.
bool is_absurd(const ov::PartialShape& shape) {
  ov::Shape longest;
  for (const ov::Dimension& axis : shape) {
    const auto length = axis.get_interval().get_max_val();
    longest.push_back(axis.get_interval().has_upper_bound() ? static_cast<std::size_t>(length) : 1);
  }
  return !element_count(longest);
}

ElementType public_type(ov::element::Type type) {
  if (type == ov::element::i32) return ElementType::kInt32;
  if (type == ov::element::f16) return ElementType::kFloat16;
  if (type == ov::element::f32) return ElementType::kFloat32;
  reject_unsupported("an input or output of type " + type.get_type_name());
}

// Core ML gives and takes only these; smaller ones appear inside of programs.
ov::PartialShape bounded(const std::vector<AxisRange>& shape) {
  ov::PartialShape bounds;
  for (const AxisRange& axis : shape) {
    bounds.push_back(ov::Dimension(axis.shortest, axis.longest.value_or(-1)));
  }
  return bounds;
}

std::vector<AxisRange> ranges_of(const ov::PartialShape& shape) {
  std::vector<AxisRange> ranges;
  for (const ov::Dimension& axis : shape) {
    AxisRange range;
    range.shortest = axis.get_min_length();
    if (axis.get_interval().has_upper_bound()) range.longest = axis.get_max_length();
    ranges.push_back(range);
  }
  return ranges;
}

class Translator {
 public:
  Translator(FileReader& reader, const Package& package)
      : model_(*package.model), weights_(reader, package.data_folder), scope_(weights_) {}

  TranslatedModel translate() {
    const auto function = model_.mlprogram().functions().find(kFunction);
    if (function == model_.mlprogram().functions().end()) {
      reject_unsupported("a program without a function \"main\"");
    }
    if (function->second.inputs().empty()) reject_corrupt("a function without inputs");
    for (const auto& input : function->second.inputs()) add_input(input);
    const mil::Block& block = block_of(function->second);
    for (const mil::Operation& operation : block.operations()) add_operation(operation);
    if (block.outputs().empty()) reject_corrupt("a function without outputs");
    for (const std::string& name : block.outputs()) add_output(name);
    info_.kind = "mlprogram";
    auto graph = std::make_shared<ov::Model>(results_, parameters_, kFunction);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      info_.inputs[i].table_rows = table_rows_of(*graph, *parameters_[i]);
    }
    return {std::move(graph), std::move(info_), weights_.mapped()};
  }

 private:
  void add_input(const mil::NamedValueType& input) {
    auto shape = input_shape(model_.description(), input);
    if (!shape) throw BadProgram{std::move(shape.error())};
    const ov::element::Type type = element_type_of(input.type().tensortype().datatype());
    info_.inputs.push_back({input.name(), public_type(type), *shape});
    const auto parameter = std::make_shared<ov::op::v0::Parameter>(type, bounded(*shape));
    parameter->set_friendly_name(input.name());
    parameter->output(0).get_tensor().set_names({input.name()});
    parameters_.push_back(parameter);
    scope_.define(input.name(), converted(parameter, widened(type)));
  }

  // Whatever goes wrong with an op is told with its type and the name of its output.
  void add_operation(const mil::Operation& operation) {
    const std::string output =
        operation.outputs().empty() ? std::string() : operation.outputs(0).name();
    const std::string place = "op \"" + operation.type() + "\", output \"" + output + "\"";
    try {
      if (operation.outputs_size() != 1) reject_corrupt("not one output");
      if (operation.type() == "const") {
        define_constant(operation, output);
      } else {
        scope_.define(output, translate_operation(operation));
      }
    } catch (BadProgram& bad) {
      bad.error.message.insert(0, place + ": ");
      throw;
    } catch (const std::exception& refused) {  // by OpenVINO's own checks
      reject_corrupt(place + ": " + refused.what());
    }
  }

  void define_constant(const mil::Operation& operation, const std::string& output) {
    const auto value = operation.attributes().find("val");
    if (value == operation.attributes().end()) reject_corrupt("no \"val\"");
    scope_.define_constant(output, value->second);
  }

  Value translate_operation(const mil::Operation& operation) {
    const OpEntry* const entry = find_op(operation.type());
    if (entry == nullptr) reject_unsupported("not translated");
    for (const auto& [name, argument] : operation.inputs()) {
      if (!has_operand(*entry, name)) reject_unsupported("operand \"" + name + "\"");
    }
    const Value result = entry->translate(Operands(operation, scope_));
    check_result(result, tensor_type_of(operation.outputs(0).type()));
    return result;
  }

  // What the program says of an output must be what comes out.
  static void check_result(const Value& result, const mil::TensorType& declared) {
    const ov::element::Type type = widened(element_type_of(declared.datatype()));
    if (result.get_element_type() != type) {
      reject_corrupt("its type is " + result.get_element_type().get_type_name() +
                     ", the program says " + type.get_type_name());
    }
    const ov::PartialShape& shape = result.get_partial_shape();
    if (!shape.compatible(shape_of(declared))) {
      reject_corrupt("its shape is " + shape.to_string() + ", the program says " +
                     shape_of(declared).to_string());
    }
    if (is_absurd(shape)) reject_corrupt("shape " + shape.to_string() + " fits no memory");
  }

  void add_output(const std::string& name) {
    const Value value = scope_.value(name);
    const ov::element::Type type = declared_output_type(name, value.get_element_type());
    info_.outputs.push_back({name, public_type(type), ranges_of(value.get_partial_shape())});
    const auto result = std::make_shared<ov::op::v0::Result>(converted(value, type));
    result->output(0).get_tensor().add_names({name});
    result->set_friendly_name(name + "/result");
    results_.push_back(result);
  }

  // Halves are wide inside of the graph and halves again where they leave it.
  ov::element::Type declared_output_type(const std::string& name, ov::element::Type inside) const {
    const auto is_half = [&name](const coreml::FeatureDescription& output) {
      return output.name() == name &&
             output.type().multiarraytype().datatype() == coreml::ArrayFeatureType::FLOAT16;
    };
    const auto& outputs = model_.description().output();
    const bool half = std::any_of(outputs.begin(), outputs.end(), is_half);
    return half && inside.is_real() ? ov::element::f16 : inside;
  }

  const coreml::Model& model_;
  WeightFiles weights_;
  Scope scope_;
  ov::ParameterVector parameters_;
  ov::ResultVector results_;
  ModelInfo info_;
};

}  // namespace

Result<TranslatedModel> translate_program(FileReader& reader, const Package& package) {
  try {
    return Translator(reader, package).translate();
  } catch (BadProgram& bad) {
    bad.error.message = one_line(bad.error.message);  // it quotes names out of the package
    return while_doing("translate function \"main\"", std::move(bad.error));
  } catch (const std::exception& refused) {  // by OpenVINO, of the graph as a whole
    return fail(ErrorCode::kCorrupt, "translate function \"main\": " + one_line(refused.what()));
  }
}

}  // namespace papr
