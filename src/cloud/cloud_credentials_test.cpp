// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

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

TEST(CloudCredentials, AVariableThatCannotBeUsedIsNamedAndItsValueIsNot) {
  const std::pair<const char*, const char*> refused[] = {
      {"PAPR_MEMORY_API_KEY", "SECRET\n"},
      {"PAPR_MEMORY_API_KEY", "SECRET\r\nX-Other: 1"},
      {"PAPR_MEMORY_API_KEY", "SECRET\x7F"},
      {"PAPR_MEMORY_API_KEY", "SECR\xC3\x89T SECRET"},
      {"PAPR_MEMORY_Session_Token", "SECRET\t"},
      {"PAPR_MEMORY_BEARER_TOKEN", "SECRET\n"},
      {"PAPR_BASE_URL", "SECRET"},
      {"PAPR_BASE_URL", "ftp://SECRET/"},
      {"PAPR_BASE_URL", "https://SECRET@h/"},
      {"PAPR_BASE_URL", "https://h/?SECRET"},
      {"PAPR_BASE_URL", "https://h/#SECRET"},
      {"PAPR_BASE_URL", "http://SECRET.example"},
      {"PAPR_CUSTOM_HEADERS", "X-SECRET Y: 1"},
      {"PAPR_CUSTOM_HEADERS", ": SECRET"},
      {"PAPR_CUSTOM_HEADERS", "X: SECRET\x01"},
      {"PAPR_CUSTOM_HEADERS", "X: SECRET\rY: 2"},
      {"PAPR_CUSTOM_HEADERS", "content-type: text/SECRET"},
      {"PAPR_CUSTOM_HEADERS", "Content-Length: 1 SECRET"},
  };
  for (const auto& [variable, value] : refused) {
    Variables variables = {{"PAPR_MEMORY_API_KEY", "key"}};
    variables[variable] = value;
    const auto credentials = read(variables);
    ASSERT_FALSE(credentials) << variable << '=' << value;
    EXPECT_EQ(credentials.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(credentials.error().message.find(variable), std::string::npos);
    for (const std::string& text : {credentials.error().message, credentials.error().remedy}) {
      EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace papr
