// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "cloud_client.h"

namespace papr {
namespace {

using Variables = std::map<std::string, std::string>;

Result<std::optional<CloudCredentials>> read(const Variables& variables) {
  return cloud_credentials_of([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

CloudCredentials credentials_of(const Variables& variables) {
  const auto credentials = read(variables);
  EXPECT_TRUE(credentials) << credentials.error().message;
  if (!credentials || !*credentials) return {};
  return **credentials;
}

TEST(CloudCredentials, WithoutAKeyThereAreNone) {
  EXPECT_EQ(read({})->has_value(), false);
  EXPECT_EQ(read({{"PAPR_MEMORY_API_KEY", ""}})->has_value(), false);
  EXPECT_EQ(read({{"PAPR_MEMORY_BEARER_TOKEN", "t"}})->has_value(), false);
}

TEST(CloudCredentials, TakeTheVariablesOfTheSdkByTheirExactNames) {
  const auto credentials = credentials_of({{"PAPR_MEMORY_API_KEY", "key"},
                                           {"PAPR_MEMORY_Session_Token", "session"},
                                           {"PAPR_MEMORY_SESSION_TOKEN", "not this one"},
                                           {"PAPR_MEMORY_BEARER_TOKEN", "bearer"},
                                           {"PAPR_BASE_URL", "https://papr.example/base"}});
  EXPECT_EQ(credentials.api_key, "key");
  EXPECT_EQ(credentials.session_token, "session");
  EXPECT_EQ(credentials.bearer_token, "bearer");
  EXPECT_EQ(credentials.base_url, "https://papr.example/base");
}

TEST(CloudCredentials, AnEmptyVariableCountsAsUnset) {
  const auto credentials = credentials_of({{"PAPR_MEMORY_API_KEY", "key"},
                                           {"PAPR_MEMORY_Session_Token", ""},
                                           {"PAPR_MEMORY_BEARER_TOKEN", ""},
                                           {"PAPR_CUSTOM_HEADERS", ""},
                                           {"PAPR_BASE_URL", ""}});
  EXPECT_EQ(credentials.base_url, "https://memory.papr.ai/");
  EXPECT_EQ(credentials.session_token, "");
  EXPECT_TRUE(credentials.custom_headers.empty());
}

TEST(CloudCredentials, CustomHeadersAreSplitAtTheFirstColonOfALine) {
  const auto credentials = credentials_of(
      {{"PAPR_MEMORY_API_KEY", "key"},
       {"PAPR_CUSTOM_HEADERS", "X-One: a:b \r\n no colon here\n\nX-Two:\nx-one: c"}});
  EXPECT_EQ(credentials.custom_headers, (HttpHeaders{{"X-Two", ""}, {"x-one", "c"}}));
}

TEST(CloudCredentials, PlainHttpIsForThisMachineOnly) {
  const Variables key = {{"PAPR_MEMORY_API_KEY", "key"}};
  for (const char* here : {"http://localhost:8000", "http://127.0.0.1:1/x", "http://[::1]:5"}) {
    Variables variables = key;
    variables["PAPR_BASE_URL"] = here;
    EXPECT_TRUE(read(variables)) << here;
  }
  Variables variables = key;
  variables["PAPR_BASE_URL"] = "http://papr.example";
  const auto refused = read(variables);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().remedy.find("https"), std::string::npos);
}

struct Refused {
  const char* variable;
  const char* value;
};

class RefusedVariable : public testing::TestWithParam<Refused> {};

TEST_P(RefusedVariable, IsNamedAndItsValueIsNot) {
  Variables variables = {{"PAPR_MEMORY_API_KEY", "key"}};
  variables[GetParam().variable] = GetParam().value;
  const auto credentials = read(variables);
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(credentials.error().message.find(GetParam().variable), std::string::npos);
  for (const std::string& text : {credentials.error().message, credentials.error().remedy}) {
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    CloudCredentials, RefusedVariable,
    testing::Values(Refused{"PAPR_MEMORY_API_KEY", "SECRET\n"},
                    Refused{"PAPR_MEMORY_API_KEY", "SECRET\r\nX-Other: 1"},
                    Refused{"PAPR_MEMORY_API_KEY", "SECRET\x7F"},
                    Refused{"PAPR_MEMORY_API_KEY", "SECR\xC3\x89T SECRET"},
                    Refused{"PAPR_MEMORY_Session_Token", "SECRET\t"},
                    Refused{"PAPR_MEMORY_BEARER_TOKEN", "SECRET\n"},
                    Refused{"PAPR_BASE_URL", "SECRET"}, Refused{"PAPR_BASE_URL", "ftp://SECRET/"},
                    Refused{"PAPR_BASE_URL", "https://SECRET@h/"},
                    Refused{"PAPR_BASE_URL", "https://h/?SECRET"},
                    Refused{"PAPR_BASE_URL", "https://h/#SECRET"},
                    Refused{"PAPR_BASE_URL", "http://SECRET.example"},
                    Refused{"PAPR_CUSTOM_HEADERS", "X-SECRET Y: 1"},
                    Refused{"PAPR_CUSTOM_HEADERS", ": SECRET"},
                    Refused{"PAPR_CUSTOM_HEADERS", "X: SECRET\x01"},
                    Refused{"PAPR_CUSTOM_HEADERS", "X: SECRET\rY: 2"},
                    Refused{"PAPR_CUSTOM_HEADERS", "content-type: text/SECRET"},
                    Refused{"PAPR_CUSTOM_HEADERS", "Content-Length: 1 SECRET"}));

}  // namespace
}  // namespace papr
