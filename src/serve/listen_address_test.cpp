// SPDX-License-Identifier: Apache-2.0
#include "listen_address.h"

#include <gtest/gtest.h>

#include "listener.h"

namespace papr::serve {
namespace {

TEST(ListenAddress, IsHostAndPort) {
  const auto v4 = parse_listen_address("127.0.0.1:8377");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 8377);
  EXPECT_EQ(parse_listen_address("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_listen_address("LocalHost:65535")->host, "localhost");
  EXPECT_EQ(host_text("::1"), "[::1]");
  EXPECT_EQ(host_text("localhost"), "localhost");
}

TEST(ListenAddress, AnythingElseIsRefusedWithAnExample) {
  for (const char* text : {"", "8377", ":8377", "localhost", "localhost:", "localhost:65536",
                           "localhost:-1", "localhost:1x", "::1", "[::1]", "[::1]8377", "[]:1",
                           "http://localhost:1", "a b:1", "[localhost]:1"}) {
    const auto address = parse_listen_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(address.error().remedy, "");
  }
}

TEST(Listener, PortZeroBecomesAFreeOneAndTheUrlNamesIt) {
  const auto listener = Listener::bind({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_NE(listener->port(), 0);
  EXPECT_EQ(listener->url(), "http://127.0.0.1:" + std::to_string(listener->port()));
  EXPECT_TRUE(listener->loopback());
  EXPECT_FALSE(listener->any_address());
}

TEST(Listener, AllAddressesAreNotLoopback) {
  const auto listener = Listener::bind({.host = "0.0.0.0", .port = 0});
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_FALSE(listener->loopback());
  EXPECT_TRUE(listener->any_address());
}

TEST(Listener, APortThatIsTakenIsAnErrorThatSaysWhatToDo) {
  auto first = Listener::bind({.host = "127.0.0.1", .port = 0});
  ASSERT_TRUE(first && first->listen());
  const auto second = Listener::bind({.host = "127.0.0.1", .port = first->port()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(second.error().message.contains(std::to_string(first->port())));
  EXPECT_TRUE(second.error().remedy.contains("port 0"));
}

TEST(Listener, AHostThatIsNotOfThisMachineIsAnError) {
  const auto elsewhere = Listener::bind({.host = "192.0.2.1", .port = 0});
  ASSERT_FALSE(elsewhere);
  EXPECT_NE(elsewhere.error().remedy, "");
}

}  // namespace
}  // namespace papr::serve
