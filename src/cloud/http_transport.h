// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../base/cancel.h"
#include "../base/clock.h"
#include "../base/user_folders.h"
#include "papr/result.h"

namespace papr {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;  ///< "POST"
  std::string url;     ///< http or https, complete
  HttpHeaders headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{5000};
  SteadyTime deadline{};                                ///< of the whole exchange
  std::size_t body_limit_bytes = std::size_t{4} << 20;  ///< of the answer, decompressed
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;  ///< names in lower case, in order of arrival, of the last response only
  std::string body;
};

/// The door to the network. May be called from several threads.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;

  /// One exchange. Redirects are followed as redirect.h says, at most 5; the one after is the
  /// answer. Any status is an answer, not an error. Ends within 20 ms of being cancelled.
  /// @error kTimeout      the deadline passed, or no connection within `connect_timeout`.
  /// @error kUnavailable  no connection, reset, TLS refused, answer cut short; or it was cancelled.
  /// @error kCorrupt      the answer is longer than `body_limit_bytes`, or no HTTP.
  /// @error kInvalidArgument  the URL or a header cannot be used.
  /// Messages name scheme, host and port, and nothing else of the request.
  [[nodiscard]] virtual Result<HttpResponse> exchange(const HttpRequest& request,
                                                      CancelToken cancel) = 0;
};

/// Whom a TLS connection trusts. Empty: the system's certificates.
struct TlsTrust {
  std::string certificates_file;
  std::string certificates_folder;
};

/// SSL_CERT_FILE and SSL_CERT_DIR, as the SDK reads them.
[[nodiscard]] TlsTrust tls_trust_of(const Environment& environment);

/// Over real sockets (libcurl), TLS verified, proxies as the environment says, but none for an
/// address of this machine. Connections are kept for the next exchange; each thread that is in an
/// exchange has its own.
[[nodiscard]] std::unique_ptr<HttpTransport> make_curl_transport(TlsTrust trust = {});

}  // namespace papr
