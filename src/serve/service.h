// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gate.h"
#include "http_message.h"
#include "limits.h"
#include "papr/client.h"
#include "papr/result.h"

namespace papr::serve {

/// What answers searches; called from several threads at once.
using Searcher = std::function<Result<Answer>(std::string_view query, const SearchOptions&)>;

/// The search contract of the Papr API, without HTTP around it. Safe to use from several threads.
class Service {
 public:
  /// `run_id` starts every search_id of this run of the server. Searches get `search_limit` as
  /// their deadline; one that comes to it is answered with a 504.
  Service(GateRules rules, Searcher searcher, std::string run_id,
          std::chrono::milliseconds search_limit = HttpLimits{}.search);

  /// The answer, where none needs the body; the body of a request that gets one is not read.
  [[nodiscard]] std::optional<HttpResponse> answer_head(const RequestHead& head) const;

  /// The answer to a search that `answer_head` let through.
  [[nodiscard]] HttpResponse answer_search(const RequestHead& head, std::string_view body);

 private:
  GateRules rules_;
  Searcher searcher_;
  std::string run_id_;
  std::chrono::milliseconds search_limit_;
  std::atomic<std::uint64_t> searches_ = 0;
};

}  // namespace papr::serve
