// SPDX-License-Identifier: Apache-2.0
// The reader of searches on hostile bytes. The first line of an input is the query string of the
// URL, the rest of it the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "../src/base/utf8.h"
#include "../src/serve/search_request.h"

namespace {

papr::serve::Fields parameters_of(std::string_view line) {
  papr::serve::Fields parameters;
  while (!line.empty()) {
    const std::string_view pair = line.substr(0, line.find('&'));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::size_t value = std::min(equals + 1, pair.size());
    parameters.emplace(pair.substr(0, equals), pair.substr(value));
    line.remove_prefix(std::min(pair.size() + 1, line.size()));
  }
  return parameters;
}

void require(bool held) {
  if (!held) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view body = input.substr(std::min(line.size() + 1, input.size()));
  const auto request = papr::serve::search_request_of(body, parameters_of(line));
  if (!request) {
    require(request.error().status == 400 || request.error().status == 422);
    require(nlohmann::json::accept(request.error().body));
    return 0;
  }
  require(request->options.limit >= 10 && request->options.limit <= 50);
  require(request->query.find_first_not_of(" \t\r\n\v\f") != std::string::npos);
  require(papr::valid_utf8_prefix(request->query) == request->query.size());
  require(request->options.filter.metadata.size() <= 64);
  require(request->options.filter.user_id != "");

  // Whatever asks for something is in the filter: nothing that was accepted was left out.
  const auto json = nlohmann::json::parse(body);
  std::size_t asked = 0;
  for (const char* key : {"namespace_id", "organization_id"}) {
    asked += json.contains(key) && !json[key].is_null() ? 1U : 0U;
  }
  const auto& filter = request->options.filter;
  require(asked == (filter.namespace_id ? 1U : 0U) + (filter.organization_id ? 1U : 0U));
  return 0;
}
