// SPDX-License-Identifier: Apache-2.0
#include "translate.h"

#include <algorithm>
#include <exception>
#include <openvino/core/model.hpp>
#include <openvino/op/broadcast.hpp>
#include <openvino/op/parameter.hpp>
#include <openvino/op/result.hpp>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "../../base/text_line.h"
#include "bad_program.h"
#include "coreml_schema.h"
#include "graph_parts.h"
#include "input_shapes.h"
#include "mil_types.h"
#include "op_table.h"
#include "openvino_text.h"
#include "program_function.h"
#include "scope.h"
#include "table_rows.h"

namespace papr {
namespace {

const mil::Block& block_of(const mil::Function& function) {
  const auto block = function.block_specializations().find(function.opset());
  if (block == function.block_specializations().end()) {
    reject_corrupt("no block for opset \"" + function.opset() + "\"");
  }
  return block->second;
}

// Most programs name an op as its output; some only have its place among the ops.
std::string place_of(const mil::Operation& operation) {
  std::string place = "op \"" + operation.type() + "\"";
  const std::string output = operation.outputs().empty() ? "" : operation.outputs(0).name();
  const auto name = operation.attributes().find("name");
  if (name != operation.attributes().end()) {
    const auto& texts = name->second.immediatevalue().tensor().strings();
    if (texts.values_size() == 1 && texts.values(0) != output) {
      place += ", name \"" + texts.values(0) + "\"";
    }
  }
  return place + ", output \"" + output + "\"";
}

constexpr const char* kAllOps = "docs/mil_ops.md lists every op and what to do instead";

bool is_translated(const std::string& type) {
  const OpEntry* const entry = find_op(type);
  return type == "const" || (entry != nullptr && entry->translate != nullptr);
}

// All at once, so that nobody learns of them one load after the other.
[[noreturn]] void reject_untranslated(const std::string& type, const mil::Block& block) {
  std::set<std::string> others;
  for (const mil::Operation& operation : block.operations()) {
    if (!is_translated(operation.type())) others.insert(operation.type());
  }
  others.erase(type);
  std::string message = "not supported";
  for (const std::string& other : others) {
    message += (other == *others.begin() ? "; nor is \"" : ", \"") + other + '"';
  }
  const OpEntry* const entry = find_op(type);
  const std::string instead = entry == nullptr ? "" : std::string(entry->openvino) + "; ";
  throw BadProgram{Error{ErrorCode::kUnsupported, std::move(message), instead + kAllOps}};
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
  Translator(FileReader& reader, const Package& package, const std::string& function)
      : function_(find_function(*package.model, function)),
        weights_(reader, package.data_folder),
        scope_(weights_) {
    info_.function = function_.name;
    info_.functions = function_names(*package.model);
  }

  TranslatedModel translate() {
    for (const auto& input : function_.body.inputs()) add_input(input);
    if (parameters_.empty()) reject_corrupt("a function without inputs");
    const mil::Block& block = block_of(function_.body);
    for (const mil::Operation& operation : block.operations()) add_operation(operation);
    if (block.outputs().empty()) reject_corrupt("a function without outputs");
    for (const std::string& name : block.outputs()) add_output(name);
    info_.kind = "mlprogram";
    auto graph = std::make_shared<ov::Model>(results_, parameters_, function_.name);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      info_.inputs[i].table_rows = table_rows_of(*graph, *parameters_[i]);
    }
    return {std::move(graph), std::move(info_), weights_.mapped()};
  }

 private:
  void add_input(const mil::NamedValueType& input) {
    if (input.type().has_statetype()) return add_state(input);
    auto shape = input_shape(function_.inputs, input);
    if (!shape) throw BadProgram{std::move(shape.error())};
    const ov::element::Type type = element_type_of(input.type().tensortype().datatype());
    info_.inputs.push_back({input.name(), public_type(type), *shape});
    const auto parameter = std::make_shared<ov::op::v0::Parameter>(type, bounded(*shape));
    parameter->set_friendly_name(input.name());
    parameter->output(0).get_tensor().set_names({input.name()});
    parameters_.push_back(parameter);
    scope_.define(input.name(), converted(parameter, widened(type)));
  }

  // A prediction is one of its own: each begins with zeros, as a new state does.
  void add_state(const mil::NamedValueType& input) {
    const mil::TensorType& tensor = tensor_type_of(input.type().statetype().wrappedtype());
    const ov::Shape shape = static_shape_of(tensor);
    constexpr std::uint64_t kMostStateElements = std::uint64_t{1} << 31;
    if (element_count(shape).value_or(kMostElements) > kMostStateElements) {
      reject_unsupported("state \"" + input.name() + "\": " + ov::PartialShape(shape).to_string());
    }
    const ov::element::Type type = widened(element_type_of(tensor.datatype()));
    const std::vector<std::int64_t> lengths(shape.begin(), shape.end());
    scope_.define_state(input.name(),
                        make<ov::op::v3::Broadcast>(number_of(0, type), list_of(lengths)));
  }

  // Whatever goes wrong with an op is told with its type, its name and the name of its output.
  void add_operation(const mil::Operation& operation) {
    try {
      if (operation.type() == "const") {
        define_constant(operation);
      } else {
        define(operation, translate_operation(operation));
      }
    } catch (BadProgram& bad) {
      bad.error.message.insert(0, place_of(operation) + ": ");
      if (bad.error.code == ErrorCode::kUnsupported && bad.error.remedy.empty()) {
        bad.error.remedy = std::string("write the model without it; ") + kAllOps;
      }
      throw;
    } catch (const std::exception& refused) {  // by OpenVINO's own checks
      reject_corrupt(place_of(operation) + ": " + openvino_text(refused.what()));
    }
  }

  void define_constant(const mil::Operation& operation) {
    if (operation.outputs_size() != 1) reject_corrupt("not one output");
    const auto value = operation.attributes().find("val");
    if (value == operation.attributes().end()) reject_corrupt("no \"val\"");
    scope_.define_constant(operation.outputs(0).name(), value->second);
  }

  Results translate_operation(const mil::Operation& operation) {
    if (!is_translated(operation.type())) {
      reject_untranslated(operation.type(), block_of(function_.body));
    }
    const OpEntry* const entry = find_op(operation.type());
    const auto expect_known = [entry](const std::string& name) {
      if (!has_operand(*entry, name)) reject_unsupported("operand \"" + name + "\"");
    };
    for (const auto& [name, argument] : operation.inputs()) expect_known(name);
    for (const auto& [name, value] : operation.attributes()) {  // older programs have some there
      if (name != "name") expect_known(name);
    }
    return entry->translate(Operands(operation, scope_));
  }

  void define(const mil::Operation& operation, Results results) {
    if (operation.outputs_size() != static_cast<int>(results.list.size())) {
      reject_corrupt(results.list.size() == 1
                         ? "not one output"
                         : "not " + std::to_string(results.list.size()) + " outputs");
    }
    for (std::size_t i = 0; i < results.list.size(); ++i) {
      const mil::NamedValueType& output = operation.outputs(static_cast<int>(i));
      const mil::TensorType& declared = tensor_type_of(output.type());
      std::visit(
          [&](auto& result) {
            check_result(result, declared);
            scope_.define(output.name(), std::move(result));
          },
          results.list[i]);
    }
  }

  static void check_result(const WeightMatrix& result, const mil::TensorType& declared) {
    const bool same = element_type_of(declared.datatype()) == result.type;
    if (!same || shape_of(declared) != ov::PartialShape(result.data.shape)) {
      reject_corrupt("a matrix of another type or shape than the program says");
    }
  }

  static void check_result(const Literal& result, const mil::TensorType& declared) {
    // Small integers may have become bytes, and only weights are made of them.
    const bool known = element_type_of(declared.datatype()).is_real() == result.type.is_real();
    if (!known || shape_of(declared) != ov::PartialShape(result.shape)) {
      reject_corrupt("a constant of another type or shape than the program says");
    }
  }

  // What the program says of an output must be what comes out.
  static void check_result(const Value& result, const mil::TensorType& declared) {
    const ov::element::Type type = widened(element_type_of(declared.datatype()));
    if (result.get_element_type() != type) {
      reject_corrupt("its type is " + result.get_element_type().get_type_name() +
                     ", the program says " + type.get_type_name());
    }
    const ov::PartialShape& shape = result.get_partial_shape();
    ov::PartialShape said = shape_of(declared);
    for (ov::Dimension& axis : said) {  // a 0 stands for any length where it is a reshape's
      if (axis == 0) axis = ov::Dimension::dynamic();
    }
    if (!shape.compatible(said)) {
      reject_corrupt("its shape is " + shape.to_string() + ", the program says " +
                     said.to_string());
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
    const FeatureDescriptions& outputs = function_.outputs;
    const bool half = std::any_of(outputs.begin(), outputs.end(), is_half);
    return half && inside.is_real() ? ov::element::f16 : inside;
  }

  ProgramFunction function_;
  WeightFiles weights_;
  Scope scope_;
  ov::ParameterVector parameters_;
  ov::ResultVector results_;
  ModelInfo info_;
};

}  // namespace

Result<TranslatedModel> translate_program(FileReader& reader, const Package& package,
                                          const std::string& function) {
  const std::string name = function.empty() ? default_function(*package.model) : function;
  const std::string doing = "translate function \"" + one_line(name, 100) + "\"";
  try {
    return Translator(reader, package, function).translate();
  } catch (BadProgram& bad) {
    bad.error.message = one_line(bad.error.message);  // it quotes names out of the package
    return while_doing(doing, std::move(bad.error));
  } catch (const std::exception& refused) {  // by OpenVINO, of the graph as a whole
    return fail(ErrorCode::kCorrupt, doing + ": " + openvino_text(refused.what()));
  }
}

}  // namespace papr
