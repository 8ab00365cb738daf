// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.h"
#include "papr/client.h"

namespace papr::serve {

/// One thing that is wrong with a request: an entry of the "detail" list of a 422.
struct Problem {
  std::string type;  ///< "greater_than_equal"
  std::vector<std::string> location;
  std::string message;
  std::optional<std::string> input;  ///< only of query parameters: a body may be private
};

/// The answer to a search in the envelope of the Papr API; no hits are its 404. What degraded the
/// answer, or was done to get it, is in "details", which is null when there is nothing to say.
[[nodiscard]] HttpResponse search_response(const Answer& answer, std::string_view search_id);

/// The same envelope around an error.
[[nodiscard]] HttpResponse error_response(int status, std::string_view error);

/// 422 with its other shape: {"detail": [{"type", "loc", "msg", "input"}]}, the first 20 of them.
[[nodiscard]] HttpResponse unprocessable_response(std::span<const Problem> problems);

/// The shape of what the router of the Papr API says: {"detail": "Not Found"}.
[[nodiscard]] HttpResponse detail_response(int status, std::string_view detail);

}  // namespace papr::serve
