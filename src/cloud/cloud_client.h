// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
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
/// asked then. A custom header takes the place of ours with its name.
/// @error kInvalidArgument  a value cannot be sent as a header, is no http(s) address, or is plain
///                          http to another machine, which would show it the key and all between;
///                          the message names the variable, never the value.
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

/// In [0, 1), from the system's random device.
[[nodiscard]] double random_share();

struct CloudOptions {
  int max_retries = 2;
  /// Of one attempt; the deadline of the whole call ends it sooner.
  std::chrono::milliseconds attempt_timeout{60'000};
  /// In [0, 1), from any thread: keeps clients that failed together from returning together.
  std::function<double()> jitter = random_share;
};

/// The Papr HTTP API. Safe to call from several threads.
class CloudClient {
 public:
  CloudClient(CloudCredentials credentials, std::unique_ptr<HttpTransport> transport,
              std::shared_ptr<const Clock> clock, CloudOptions options = {});

  /// POST /v1/memory/search with retries inside `deadline`: a wait that would end after it is not
  /// begun, and the last failure is the answer. Ends within 20 ms of being cancelled.
  /// @error kInvalidArgument  the API refuses the request (400, 413, 415, 422, other 4xx), or it
  ///                          cannot be sent as it is.
  /// @error kDenied           the API refuses who we are (401, 402, 403, 407).
  /// @error kNotFound         404 without the search envelope, 405, 410, or a redirect that is not
  ///                          followed: the address is not a Papr API.
  /// @error kTimeout          the deadline passed; kCorrupt: an answer that cannot be read.
  /// @error kUnavailable      no connection, 408, 409, 429, 5xx after all retries, or cancelled.
  /// Every message says how many attempts were made and what the last one met. What the server
  /// said is in it as safe_words.h says, so never a key or the query.
  [[nodiscard]] Result<CloudAnswer> search(const CloudQuery& query, SteadyTime deadline,
                                           CancelToken cancel = {});

 private:
  CloudCredentials credentials_;
  std::unique_ptr<HttpTransport> transport_;
  std::shared_ptr<const Clock> clock_;
  CloudOptions options_;
};

}  // namespace papr
