// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>

#include <mutex>
#include <utility>
#include <vector>

#include "curl_session.h"
#include "http_url.h"
#include "redirect.h"

namespace papr {
namespace {

constexpr int kMostRedirects = 5;
constexpr std::size_t kMostIdle = 4;

// Once for the process, before the first handle; never undone, as another thread may be using it.
CURLcode start_libcurl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  return code;
}

// The server chose the address, and libcurl quotes addresses: a server could have us say anything.
Error after_redirect(Error error) {
  error.message = std::string("the server that it redirects to: ") + name_of(error.code).data();
  return error;
}

class CurlTransport final : public HttpTransport {
 public:
  explicit CurlTransport(TlsTrust trust) : trust_(std::move(trust)) {}

  Result<HttpResponse> exchange(const HttpRequest& request, CancelToken cancel) override {
    if (const CURLcode code = start_libcurl(); code != CURLE_OK) {
      return fail(ErrorCode::kUnsupported,
                  std::string("start libcurl: ") + curl_easy_strerror(code));
    }
    std::unique_ptr<CurlSession> session = take();
    auto response = follow(*session, request, cancel);
    give_back(std::move(session));
    return response;
  }

 private:
  Result<HttpResponse> follow(CurlSession& session, HttpRequest request,
                              const CancelToken& cancel) const {
    const auto first = parse_http_url(request.url);
    if (!first) return while_doing("ask", first.error());
    const std::string ask = "ask \"" + origin_of(*first) + '"';
    for (int redirects = 0;; ++redirects) {
      const auto url = parse_http_url(request.url);
      if (!url) return while_doing(ask, url.error());
      auto response = session.exchange(request, *url, trust_, cancel);
      if (!response && redirects == 0) return while_doing(ask, response.error());
      if (!response) return while_doing(ask, after_redirect(response.error()));
      auto next = redirects < kMostRedirects ? redirected(request, *response) : std::nullopt;
      if (!next) return response;
      request = std::move(*next);
    }
  }

  std::unique_ptr<CurlSession> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<CurlSession>();
    std::unique_ptr<CurlSession> session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }

  void give_back(std::unique_ptr<CurlSession> session) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(session));
  }

  const TlsTrust trust_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlSession>> idle_;
};

}  // namespace

TlsTrust tls_trust_of(const Environment& environment) {
  return {.certificates_file = environment("SSL_CERT_FILE").value_or(""),
          .certificates_folder = environment("SSL_CERT_DIR").value_or("")};
}

std::unique_ptr<HttpTransport> make_curl_transport(TlsTrust trust) {
  return std::make_unique<CurlTransport>(std::move(trust));
}

}  // namespace papr
