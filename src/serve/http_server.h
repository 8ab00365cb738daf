// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "limits.h"
#include "listener.h"
#include "papr/result.h"
#include "service.h"

namespace papr::serve {

/// Serves a `Service` over HTTP from threads of its own. Logs nothing. From the first one on the
/// process ignores SIGPIPE: that is cpp-httplib's doing.
class HttpServer {
 public:
  /// Clients can connect once it returns.
  /// @error as Listener::listen; kUnavailable  no thread or descriptor could be had.
  [[nodiscard]] static Result<HttpServer> start(Listener listener, std::unique_ptr<Service> service,
                                                const HttpLimits& limits = {});

  /// Lets no one in any more, finishes the requests that are being answered, and returns: after at
  /// most `limits.stop`, and at most `contended` for a client that dawdles. False: a search still
  /// ran then. It goes on in a thread of its own, which keeps the service; a program that ends
  /// meanwhile should end by std::_Exit.
  bool stop();

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();  ///< stops

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl) noexcept;
  std::shared_ptr<Impl> impl_;
};

}  // namespace papr::serve
