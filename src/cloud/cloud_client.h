// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../base/cancel.h"
#include "../base/clock.h"
#include "../base/user_folders.h"
#include "http_transport.h"
#include "papr/cloud.h"
#include "papr/result.h"

namespace papr {

/// PAPR_BASE_URL, PAPR_MEMORY_API_KEY, PAPR_MEMORY_Session_Token, PAPR_MEMORY_BEARER_TOKEN,
/// PAPR_CUSTOM_HEADERS; empty counts as unset. Nothing when there is no API key: no cloud may be
/// asked then.
/// @error kInvalidArgument  a value cannot be sent as a header or is no http(s) address; the
/// message
///                          names the variable, never the value.
[[nodiscard]] Result<std::optional<CloudCredentials>> cloud_credentials_of(
    const Environment& environment);

/// A search as the API takes it.
struct CloudQuery {
  std::string query;
  std::size_t limit = 10;  ///< the API gives 10 to 50; fewer are cut here, more are not to be had
  std::optional<std::string> external_user_id;
  std::optional<std::string> namespace_id;
  std::optional<std::string> organization_id;
  std::map<std::string, std::string> metadata;  ///< each must match; empty: not sent
};

/// One memory of an answer. What the API left out is empty.
struct CloudHit {
  std::string id;
  std::string content;
  std::string metadata_json = "{}";  ///< always a JSON object, whatever form it came in
  std::optional<double> similarity;  ///< cosine
  std::string created_at;            ///< as sent
};

struct CloudAnswer {
  std::vector<CloudHit> hits;  ///< in the API's order, at most `limit`
  std::string search_id;
  int attempts = 1;
};

struct CloudOptions {
  int max_retries = 2;
  /// Of one attempt; the deadline of the whole call ends it sooner.
  std::chrono::milliseconds attempt_timeout{60'000};
};

/// The Papr HTTP API. Safe to call from several threads.
class CloudClient {
 public:
  CloudClient(CloudCredentials credentials, std::unique_ptr<HttpTransport> transport,
              std::shared_ptr<const Clock> clock, CloudOptions options = {});

  /// POST /v1/memory/search with retries inside `deadline`: a wait that would end after it is not
  /// begun. Ends within 20 ms of being cancelled.
  /// @error kInvalidArgument  the API refuses the request (400, 413, 415, 422).
  /// @error kDenied           the API refuses who we are (401, 403).
  /// @error kNotFound         404 without the search envelope: the address is not a Papr API.
  /// @error kTimeout          the deadline passed; kCorrupt: an answer that cannot be read.
  /// @error kUnavailable      no connection, 408, 409, 429, 5xx after all retries, or cancelled.
  /// Every message says how many attempts were made and what the last one met.
  [[nodiscard]] Result<CloudAnswer> search(const CloudQuery& query, SteadyTime deadline,
                                           CancelToken cancel = {});

 private:
  CloudCredentials credentials_;
  std::unique_ptr<HttpTransport> transport_;
  std::shared_ptr<const Clock> clock_;
  CloudOptions options_;
};

}  // namespace papr
