// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>

#include "http_transport.h"
#include "http_url.h"

namespace papr {

/// One libcurl handle with its open connections. For one thread at a time.
class CurlSession {
 public:
  CurlSession();

  /// One request and its answer, no redirects. Errors as HttpTransport::exchange says.
  [[nodiscard]] Result<HttpResponse> exchange(const HttpRequest& request, const HttpUrl& url,
                                              const TlsTrust& trust, const CancelToken& cancel);

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
  };

  // Nothing was wrong, or what ended the exchange.
  [[nodiscard]] Result<CURLcode> drive(SteadyTime deadline, const CancelToken& cancel);

  // A multi handle alone can be left at any moment; it owns the connections.
  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::unique_ptr<CURL, CloseEasy> easy_;
};

}  // namespace papr
