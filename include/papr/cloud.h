// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace papr {

/// Who answers, and as whom we ask. Secrets: never put into a message, event or log.
struct CloudCredentials {
  std::string base_url;       ///< "https://memory.papr.ai"; a path in it is kept
  std::string api_key;        ///< required
  std::string session_token;  ///< empty: not sent
  std::string bearer_token;   ///< empty: not sent
  std::vector<std::pair<std::string, std::string>> custom_headers;
};

}  // namespace papr
