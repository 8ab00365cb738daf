// SPDX-License-Identifier: Apache-2.0
#include "probe_text.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "../base/json_member.h"

namespace papr {
namespace {

using nlohmann::json;

constexpr std::size_t kWords = 3;  // JSON, package, folder
constexpr int kLastCode = static_cast<int>(ErrorCode::kUnsupported);

std::string text(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }
bool truth(const json& value) { return value.is_boolean() && value.get<bool>(); }
std::int64_t integer(const json& value) {
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}
double number(const json& value) { return value.is_number() ? value.get<double>() : 0; }

std::optional<double> number_or_none(const json& value) {
  return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

json json_of(const std::optional<double>& value) { return value ? json(*value) : json(); }

std::string line_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<ComputeUnits> units_in(const json& value) {
  for (const ComputeUnits units : {ComputeUnits::kAll, ComputeUnits::kCpuAndNeuralEngine,
                                   ComputeUnits::kCpuAndGpu, ComputeUnits::kCpuOnly}) {
    if (text(value) == name_of(units)) return units;
  }
  return std::nullopt;
}

Placement placement_in(const json& value) {
  for (const Placement placement : {Placement::kCpu, Placement::kGpu, Placement::kNeuralEngine}) {
    if (text(value) == name_of(placement)) return placement;
  }
  return Placement::kUnknown;
}

json json_of(const PlannedOperation& operation) {
  json supported = json::array();
  for (const Placement device : operation.supported) supported.push_back(name_of(device));
  return {{"type", operation.type},
          {"name", operation.name},
          {"weight", json_of(operation.weight)},
          {"preferred", name_of(operation.preferred)},
          {"supported", std::move(supported)}};
}

PlannedOperation operation_in(const json& value) {
  PlannedOperation operation{.type = text(json_member(value, "type")),
                             .name = text(json_member(value, "name")),
                             .weight = number_or_none(json_member(value, "weight")),
                             .preferred = placement_in(json_member(value, "preferred"))};
  for (const json& device : json_member(value, "supported")) {
    operation.supported.push_back(placement_in(device));
  }
  return operation;
}

json json_of(const Verification& seen) {
  return {{"placement", name_of(seen.placement)},
          {"first_ms", seen.first_ms},
          {"warm_ms", seen.warm_ms},
          {"budget_ms", seen.budget_ms},
          {"output_ok", seen.output_ok},
          {"problem", seen.problem}};
}

Verification verification_in(const json& value) {
  return {.placement = placement_in(json_member(value, "placement")),
          .first_ms = number(json_member(value, "first_ms")),
          .warm_ms = number(json_member(value, "warm_ms")),
          .budget_ms = number(json_member(value, "budget_ms")),
          .output_ok = truth(json_member(value, "output_ok")),
          .problem = text(json_member(value, "problem"))};
}

json json_of(const Error& error) {
  return {
      {"code", static_cast<int>(error.code)}, {"message", error.message}, {"remedy", error.remedy}};
}

std::optional<Error> error_in(const json& value) {
  const json& code = json_member(value, "code");
  if (!code.is_number_unsigned() || code.get<std::uint64_t>() > std::uint64_t{kLastCode}) {
    return std::nullopt;
  }
  return Error{static_cast<ErrorCode>(code.get<int>()), text(json_member(value, "message")),
               text(json_member(value, "remedy"))};
}

}  // namespace

std::vector<std::string> words_of(const ProbeRequest& request) {
  const json how = {{"units", name_of(request.how.units)},
                    {"fresh", request.how.fresh},
                    {"function", request.how.function},
                    {"budget_ms", request.budget_ms},
                    {"cold_and_warm", request.cold_and_warm},
                    {"operations", request.operations},
                    {"parent", request.parent}};
  return {line_of(how), request.package.string(), request.compiled_models.string()};
}

Result<ProbeRequest> parse_probe_request(std::span<const std::string> words) {
  const json how = words.size() == kWords ? json::parse(words[0], nullptr, false)
                                          : json(json::value_t::discarded);
  const auto units = units_in(json_member(how, "units"));
  if (!units) return fail(ErrorCode::kCorrupt, "read probe request: it is none");
  return ProbeRequest{.package = words[1],
                      .how = {.units = *units,
                              .fresh = truth(json_member(how, "fresh")),
                              .function = text(json_member(how, "function"))},
                      .compiled_models = words[2],
                      .budget_ms = number(json_member(how, "budget_ms")),
                      .cold_and_warm = truth(json_member(how, "cold_and_warm")),
                      .operations = truth(json_member(how, "operations")),
                      .parent = integer(json_member(how, "parent"))};
}

std::string text_of(const Result<ModelCheck>& answer) {
  if (!answer) return line_of({{"error", json_of(answer.error())}});
  json operations = json::array();
  for (const PlannedOperation& operation : answer->operations) {
    operations.push_back(json_of(operation));
  }
  return line_of({{"backend", answer->backend},
                  {"cold_load_ms", answer->cold_load_ms},
                  {"warm_load_ms", json_of(answer->warm_load_ms)},
                  {"verification", json_of(answer->verification)},
                  {"operations", std::move(operations)},
                  {"kept", answer->kept}});
}

std::optional<Result<ModelCheck>> parse_probe_answer(std::string_view text_of_child) {
  const json answer = json::parse(text_of_child, nullptr, false);
  if (!answer.is_object()) return std::nullopt;
  if (answer.contains("error")) {
    auto error = error_in(answer["error"]);
    if (!error) return std::nullopt;
    return Result<ModelCheck>(std::unexpected(std::move(*error)));
  }
  if (!json_member(answer, "verification").is_object()) return std::nullopt;
  ModelCheck check{.backend = text(json_member(answer, "backend")),
                   .cold_load_ms = number(json_member(answer, "cold_load_ms")),
                   .warm_load_ms = number_or_none(json_member(answer, "warm_load_ms")),
                   .verification = verification_in(json_member(answer, "verification")),
                   .kept = truth(json_member(answer, "kept"))};
  for (const json& operation : json_member(answer, "operations")) {
    check.operations.push_back(operation_in(operation));
  }
  return check;
}

}  // namespace papr
