// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "../base/temporary_folder.h"
#include "cloud_client.h"
#include "fake_http_steps.h"
#include "fake_tls_server.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHit = R"({"code":200,"data":{"memories":[{"id":"m1"}]}})";

Result<CloudAnswer> search(const FakeTlsServer& server, TlsTrust trust = {}) {
  CloudClient client({.base_url = server.url(), .api_key = "sk-secret-key"},
                     make_curl_transport(std::move(trust)), std::make_shared<SystemClock>(),
                     {.max_retries = 0});
  return client.search({.query = "the silver teapot"}, std::chrono::steady_clock::now() + 10s);
}

TlsTrust trust_in(const FakeTlsServer& server, const TemporaryFolder& folder) {
  return {.certificates_file = folder.write("trusted.pem", server.pem()).string(),
          .certificates_folder = {}};
}

void expect_refused(const Result<CloudAnswer>& found, const FakeTlsServer& server) {
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnavailable) << found.error().message;
  EXPECT_NE(found.error().remedy.find("SSL_CERT_FILE"), std::string::npos);
  EXPECT_EQ(found.error().message.find("secret"), std::string::npos) << found.error().message;
  EXPECT_EQ(found.error().message.find("teapot"), std::string::npos) << found.error().message;
  EXPECT_EQ(server.requests(), 0) << "the key was sent";
}

TEST(Tls, ACertificateThatNobodyVouchesForIsRefusedBeforeTheKeyIsSent) {
  const FakeTlsServer server({}, http_answer(200, kHit));
  const auto found = search(server);
  expect_refused(found, server);
  EXPECT_NE(found.error().message.find("certificate"), std::string::npos) << found.error().message;
}

TEST(Tls, ATrustedCertificateIsTaken) {
  const TemporaryFolder folder;
  const FakeTlsServer server({}, http_answer(200, kHit));
  const auto found = search(server, trust_in(server, folder));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->hits.size(), 1U);
}

TEST(Tls, ATrustedCertificateForAnotherHostIsRefused) {
  const TemporaryFolder folder;
  const FakeTlsServer server({.name = "DNS:memory.papr.ai"}, http_answer(200, kHit));
  expect_refused(search(server, trust_in(server, folder)), server);
}

TEST(Tls, ATrustedCertificateThatHasRunOutIsRefused) {
  const TemporaryFolder folder;
  const FakeTlsServer server({.valid_for_seconds = -60}, http_answer(200, kHit));
  expect_refused(search(server, trust_in(server, folder)), server);
}

TEST(Tls, AMissingFileOfCertificatesIsNotTheSameAsTrustingAll) {
  const FakeTlsServer server({}, http_answer(200, kHit));
  expect_refused(search(server, {.certificates_file = "/no/such/file", .certificates_folder = {}}),
                 server);
}

}  // namespace
}  // namespace papr
