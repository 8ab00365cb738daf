// SPDX-License-Identifier: Apache-2.0
// What a search makes of every way in which a server can behave, over real sockets. Run with
// PAPR_PRINT_TABLE=1 it prints the table for the documents.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "cloud_client.h"
#include "fake_http_server.h"
#include "fake_server_behaviours.h"

namespace papr {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class ServerBehaviour : public testing::TestWithParam<Behaviour> {};

struct Ran {
  Result<CloudAnswer> found;
  milliseconds time;
  int requests;
};

Ran run(const Behaviour& behaviour) {
  FakeHttpServer server(behaviour.script, behaviour.reads);
  CloudClient client({.base_url = server.url(), .api_key = kKey}, make_curl_transport(),
                     std::make_shared<SystemClock>(), {.jitter = [] { return 1.0; }});
  const auto start = std::chrono::steady_clock::now();
  auto found = client.search({.query = kQuery}, start + behaviour.deadline);
  const auto time = std::chrono::steady_clock::now() - start;
  return {std::move(found), std::chrono::duration_cast<milliseconds>(time),
          static_cast<int>(server.requests().size())};
}

void print_row(const Behaviour& behaviour, const Ran& ran) {
  if (std::getenv("PAPR_PRINT_TABLE") == nullptr) return;
  const std::string outcome = ran.found ? std::to_string(ran.found->hits.size()) + " hits"
                                        : std::string(name_of(ran.found.error().code));
  std::printf("| %s | %s | %d | %lld ms of %lld |\n", behaviour.name.c_str(), outcome.c_str(),
              ran.requests, static_cast<long long>(ran.time.count()),
              static_cast<long long>(behaviour.deadline.count()));
}

TEST_P(ServerBehaviour, EndsAsTheTableSaysAndInTime) {
  const Behaviour& behaviour = GetParam();
  const milliseconds at_most = std::min(behaviour.at_most, behaviour.deadline + 50ms);
  Ran ran = run(behaviour);
  // A busy machine may wake a thread late: what is always late is a mistake, what is once is not.
  const auto late = [&] {
    const bool timed_out = !ran.found && ran.found.error().code == ErrorCode::kTimeout;
    return ran.time > at_most || (timed_out && behaviour.error != ErrorCode::kTimeout);
  };
  for (int again = 0; again < 4 && late(); ++again) ran = run(behaviour);
  print_row(behaviour, ran);
  EXPECT_LE(ran.time, at_most);
  EXPECT_GE(ran.time, behaviour.at_least);
  EXPECT_EQ(ran.requests, behaviour.requests);
  ASSERT_EQ(ran.found.has_value(), !behaviour.error)
      << (ran.found ? "an answer" : ran.found.error().message);
  if (ran.found) {
    EXPECT_EQ(ran.found->hits.size(), behaviour.hits);
    EXPECT_EQ(ran.found->attempts, behaviour.requests);
    return;
  }
  const Error& error = ran.found.error();
  EXPECT_EQ(error.code, *behaviour.error) << error.message;
  EXPECT_NE(error.message.find(behaviour.says), std::string::npos) << error.message;
  EXPECT_NE(error.message.find(" attempt"), std::string::npos) << error.message;
  for (const char* secret : {kKey, kQuery, "secret", "teapot"}) {
    EXPECT_EQ((error.message + error.remedy).find(secret), std::string::npos) << error.message;
  }
}

INSTANTIATE_TEST_SUITE_P(Cloud, ServerBehaviour, testing::ValuesIn(behaviours()),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           for (char& letter : name) {
                             if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace papr
