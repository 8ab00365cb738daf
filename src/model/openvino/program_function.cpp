// SPDX-License-Identifier: Apache-2.0
#include "program_function.h"

#include <algorithm>

#include "bad_program.h"

namespace papr {
namespace {

constexpr const char* kMain = "main";
constexpr std::size_t kMostNamed = 20;

std::string quoted(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNamed); ++i) {
    list += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
  }
  return list.empty() ? "none" : list + (names.size() > kMostNamed ? ", …" : "");
}

}  // namespace

std::vector<std::string> function_names(const coreml::Model& model) {
  std::vector<std::string> names;
  for (const auto& [name, function] : model.mlprogram().functions()) names.push_back(name);
  std::ranges::sort(names);
  return names;
}

std::string default_function(const coreml::Model& model) {
  const std::string& name = model.description().defaultfunctionname();
  return name.empty() ? kMain : name;
}

ProgramFunction find_function(const coreml::Model& model, const std::string& name) {
  const coreml::ModelDescription& description = model.description();
  const std::string wanted = name.empty() ? default_function(model) : name;
  const auto function = model.mlprogram().functions().find(wanted);
  if (function == model.mlprogram().functions().end()) {
    throw BadProgram{
        Error{name.empty() ? ErrorCode::kUnsupported : ErrorCode::kNotFound,
              "no function \"" + wanted + "\"; there are: " + quoted(function_names(model)),
              name.empty() ? "name one of its functions" : "name one of those"}};
  }
  // Of a program with one function the description speaks itself.
  const auto described =
      std::ranges::find(description.functions(), wanted, &coreml::FunctionDescription::name);
  if (described == description.functions().end()) {
    return {wanted, function->second, description.input(), description.output()};
  }
  return {wanted, function->second, described->input(), described->output()};
}

}  // namespace papr
