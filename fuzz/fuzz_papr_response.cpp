// SPDX-License-Identifier: Apache-2.0
// The first line is the status, the rest the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../src/base/utf8.h"
#include "../src/cloud/search_response.h"

namespace {

constexpr std::size_t kLimit = 10;
constexpr std::size_t kLongestMessage = 300;

bool is_text(const std::string& text) { return papr::valid_utf8_prefix(text) == text.size(); }

void check(const papr::CloudHit& hit) {
  if (!is_text(hit.id) || !is_text(hit.content) || !is_text(hit.created_at)) std::abort();
  if (!nlohmann::json::parse(hit.metadata_json).is_object()) std::abort();
}

void check(const papr::Error& error, const std::string& secret) {
  const std::string& message = error.message;
  const auto control = [](char letter) { return letter >= 0 && letter < ' '; };
  if (!message.starts_with("answered ") || message.size() > kLongestMessage) std::abort();
  if (!is_text(message) || std::ranges::any_of(message, control)) std::abort();
  if (message.find(secret) != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view first = input.substr(0, input.find('\n'));
  papr::HttpResponse response;
  response.status = std::atoi(std::string(first.substr(0, 6)).c_str());
  response.body = input.substr(std::min(first.size() + 1, input.size()));
  const std::vector<std::string> secrets = {"sk-secret-key"};
  const auto answer = papr::read_search_response(response, kLimit, secrets);
  if (!answer) {
    check(answer.error(), secrets[0]);
    return 0;
  }
  if (answer->hits.size() > kLimit || !is_text(answer->search_id)) std::abort();
  for (const papr::CloudHit& hit : answer->hits) check(hit);
  return 0;
}
