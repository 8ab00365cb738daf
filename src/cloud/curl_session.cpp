// SPDX-License-Identifier: Apache-2.0
#include "curl_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "curl_error.h"
#include "http_answer.h"
#include "http_headers.h"

namespace papr {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// How late a cancel may be seen: half of what HttpTransport promises.
constexpr milliseconds kLongestSleep{10};

struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

Result<HeaderList> header_list(const HttpHeaders& headers) {
  HeaderList list;
  const auto append = [&list](const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) return;
    static_cast<void>(list.release());  // it is the head of `longer`, or there was none
    list.reset(longer);
  };
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name) || !is_header_value(value)) {
      return fail(ErrorCode::kInvalidArgument, "a header that cannot be sent");
    }
    append(value.empty() ? name + ";" : name + ": " + value);  // libcurl's way to send none
  }
  append("Expect:");  // a long body must not wait for the server's permission
  return list;
}

// Sets options and remembers the first that this libcurl does not take: none of them may be missed.
class Options {
 public:
  explicit Options(CURL* easy) : easy_(easy) {}

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy_, option, value);
    if (first_ == CURLE_OK) first_ = code;
  }

  [[nodiscard]] CURLcode first_failure() const noexcept { return first_; }

 private:
  CURL* easy_;
  CURLcode first_ = CURLE_OK;
};

std::size_t on_line(char* bytes, std::size_t size, std::size_t count, void* answer) noexcept {
  const std::string_view line(bytes, size * count);
  return static_cast<HttpAnswer*>(answer)->take_line(line) ? line.size() : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* answer) noexcept {
  const std::string_view piece(bytes, size * count);
  return static_cast<HttpAnswer*>(answer)->take_body(piece) ? piece.size() : 0;
}

void set_request(Options& options, const HttpRequest& request, const HttpUrl& url,
                 curl_slist* headers) {
  options.set(CURLOPT_URL, url.text.c_str());
  options.set(CURLOPT_PROTOCOLS_STR, "http,https");
  options.set(CURLOPT_HTTPHEADER, headers);
  options.set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (is_loopback(url)) options.set(CURLOPT_NOPROXY, "*");
  if (request.method == "GET") {
    options.set(CURLOPT_HTTPGET, 1L);
    return;
  }
  options.set(CURLOPT_POST, 1L);
  options.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  options.set(CURLOPT_POSTFIELDS, request.body.data());
  if (request.method != "POST") options.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_safety(Options& options, const HttpRequest& request, const TlsTrust& trust) {
  options.set(CURLOPT_NOSIGNAL, 1L);
  // Without it an exchange that is called off waits for the system's name look-up, which may take
  // half a minute; the look-up's thread then ends by itself.
  options.set(CURLOPT_QUICK_EXIT, 1L);
  options.set(CURLOPT_CONNECTTIMEOUT_MS,
              static_cast<long>(std::max(request.connect_timeout, milliseconds(1)).count()));
  options.set(CURLOPT_SSL_VERIFYPEER, 1L);
  options.set(CURLOPT_SSL_VERIFYHOST, 2L);
  options.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!trust.certificates_file.empty()) {
    options.set(CURLOPT_CAINFO, trust.certificates_file.c_str());
  }
  if (!trust.certificates_folder.empty()) {
    options.set(CURLOPT_CAPATH, trust.certificates_folder.c_str());
  }
}

void set_answer(Options& options, HttpAnswer& answer, char* words) {
  options.set(CURLOPT_HEADERFUNCTION, &on_line);
  options.set(CURLOPT_HEADERDATA, static_cast<void*>(&answer));
  options.set(CURLOPT_WRITEFUNCTION, &on_body);
  options.set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  options.set(CURLOPT_ERRORBUFFER, words);
}

// Hands the handle to the other for as long as it lives. Taking it back ends what is under way.
class Attached {
 public:
  Attached(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    curl_multi_add_handle(multi_, easy_);
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  ~Attached() { curl_multi_remove_handle(multi_, easy_); }

 private:
  CURLM* multi_;
  CURL* easy_;
};

}  // namespace

CurlSession::CurlSession() : multi_(curl_multi_init()), easy_(curl_easy_init()) {}

Result<CURLcode> CurlSession::drive(SteadyTime deadline, const CancelToken& cancel) {
  for (;;) {
    if (cancel.cancelled()) return fail(ErrorCode::kUnavailable, "cancelled");
    const auto now = SteadyClock::now();
    if (now >= deadline) return fail(ErrorCode::kTimeout, "no whole answer in time");
    int running = 0;
    CURLMcode code = curl_multi_perform(multi_.get(), &running);
    int left = 0;
    const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left);
    if (message != nullptr && message->msg == CURLMSG_DONE) return message->data.result;
    const auto sleep =
        std::clamp(std::chrono::ceil<milliseconds>(deadline - now), milliseconds(1), kLongestSleep);
    if (code == CURLM_OK) {
      code = curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(sleep.count()), nullptr);
    }
    if (code != CURLM_OK) return fail(ErrorCode::kUnavailable, curl_multi_strerror(code));
  }
}

Result<HttpResponse> CurlSession::exchange(const HttpRequest& request, const HttpUrl& url,
                                           const TlsTrust& trust, const CancelToken& cancel) {
  if (multi_ == nullptr || easy_ == nullptr) {
    return fail(ErrorCode::kUnavailable, "libcurl gives no handle");
  }
  const auto headers = header_list(request.headers);
  if (!headers) return std::unexpected(headers.error());
  HttpAnswer answer(request.body_limit_bytes);
  std::array<char, CURL_ERROR_SIZE> words{};

  curl_easy_reset(easy_.get());  // keeps the connections
  Options options(easy_.get());
  set_request(options, request, url, headers->get());
  set_safety(options, request, trust);
  set_answer(options, answer, words.data());
  if (const CURLcode code = options.first_failure(); code != CURLE_OK) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("set up libcurl: {}", curl_easy_strerror(code)));
  }

  const Attached attached(multi_.get(), easy_.get());
  const auto code = drive(request.deadline, cancel);
  if (!code) return std::unexpected(code.error());
  if (answer.too_long()) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the answer is longer than {} bytes", answer.body_limit_bytes()));
  }
  if (*code != CURLE_OK) return std::unexpected(curl_error(*code, words.data()));
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return std::move(answer).finish(static_cast<int>(status));
}

}  // namespace papr
