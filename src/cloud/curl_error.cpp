// SPDX-License-Identifier: Apache-2.0
#include "curl_error.h"

#include "safe_words.h"

namespace papr {
namespace {

struct Meaning {
  ErrorCode code;
  const char* remedy;
};

Meaning meaning_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::kTimeout, ""};
    case CURLE_URL_MALFORMAT:
      return {ErrorCode::kInvalidArgument, ""};
    // The address was checked before, so this is said of the answer: HTTP/0.9, that is no HTTP.
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:  // a body that cannot be decompressed, in some versions
      return {ErrorCode::kCorrupt, ""};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return {ErrorCode::kUnavailable,
              "check the address and the clock; SSL_CERT_FILE names further certificates to trust"};
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorCode::kUnavailable, "check SSL_CERT_FILE and SSL_CERT_DIR"};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorCode::kUnavailable, "check the network and PAPR_BASE_URL"};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {ErrorCode::kUnavailable, "check HTTPS_PROXY"};
    default:
      return {ErrorCode::kUnavailable, ""};
  }
}

}  // namespace

Error curl_error(CURLcode code, std::string_view words) {
  const Meaning meaning = meaning_of(code);
  if (words.empty()) words = curl_easy_strerror(code);
  return {meaning.code, safe_words(words, {}), meaning.remedy};
}

}  // namespace papr
