// SPDX-License-Identifier: Apache-2.0
#include "curl_error.h"

#include <gtest/gtest.h>

#include <utility>

namespace papr {
namespace {

TEST(CurlError, EveryCodeIsAtLeastUnavailable) {
  const std::pair<CURLcode, ErrorCode> codes[] = {
      {CURLE_OPERATION_TIMEDOUT, ErrorCode::kTimeout},
      {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::kUnavailable},
      {CURLE_COULDNT_CONNECT, ErrorCode::kUnavailable},
      {CURLE_SEND_ERROR, ErrorCode::kUnavailable},
      {CURLE_RECV_ERROR, ErrorCode::kUnavailable},
      {CURLE_GOT_NOTHING, ErrorCode::kUnavailable},
      {CURLE_PARTIAL_FILE, ErrorCode::kUnavailable},
      {CURLE_SSL_CONNECT_ERROR, ErrorCode::kUnavailable},
      {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::kUnavailable},
      {CURLE_OUT_OF_MEMORY, ErrorCode::kUnavailable},
      {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::kCorrupt},
      {CURLE_WEIRD_SERVER_REPLY, ErrorCode::kCorrupt},
      {CURLE_BAD_CONTENT_ENCODING, ErrorCode::kCorrupt},
      {CURLE_WRITE_ERROR, ErrorCode::kCorrupt},
      {CURLE_URL_MALFORMAT, ErrorCode::kInvalidArgument}};
  for (const auto& [code, expected] : codes) {
    EXPECT_EQ(curl_error(code, "").code, expected) << curl_easy_strerror(code);
    EXPECT_FALSE(curl_error(code, "").message.empty());
  }
}

TEST(CurlError, SaysWhatLibcurlWroteOnOneLine) {
  EXPECT_EQ(curl_error(CURLE_RECV_ERROR, "Recv failure:\n\x1B[1mreset").message,
            "Recv failure: [1mreset");
}

TEST(CurlError, ARefusedCertificateComesWithARemedy) {
  EXPECT_NE(curl_error(CURLE_PEER_FAILED_VERIFICATION, "").remedy.find("SSL_CERT_FILE"),
            std::string::npos);
}

}  // namespace
}  // namespace papr
