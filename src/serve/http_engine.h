// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "connection_stream.h"
#include "service.h"

namespace papr::serve {

/// HTTP/1.1 by cpp-httplib, of which only the reading of requests and the writing of answers is
/// used: its own loop cannot say that a port is taken, stops at an aborted connection, and gives a
/// client that dawdles a thread for as long as it likes. One thread at a time.
class HttpEngine {
 public:
  HttpEngine(Service& service, const HttpLimits& limits);
  ~HttpEngine();

  /// Reads one request and answers it. `last`: the connection ends after it. True: it may go on.
  [[nodiscard]] bool answer(ConnectionStream& stream, bool last);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

/// An answer as bytes, for where no request was read; the connection ends with it.
[[nodiscard]] std::string bytes_of(const HttpResponse& response);

}  // namespace papr::serve
