// SPDX-License-Identifier: Apache-2.0
// A network without a working name server: the system's look-up takes many seconds and cannot be
// called off. The test program's own getaddrinfo stands before the system's.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>

#include "http_transport.h"

namespace {

constexpr std::string_view kSlowHost = "slow.papr.invalid";

struct SlowLookUps {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  bool may_end = false;
};

// Never destroyed: the look-up's thread may outlive main.
SlowLookUps& look_ups() {
  static auto* const only = new SlowLookUps;
  return *only;
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (node != nullptr && node == kSlowHost) {
    SlowLookUps& slow = look_ups();
    std::unique_lock lock(slow.mutex);
    ++slow.waiting;
    slow.changed.notify_all();
    slow.changed.wait_for(lock, std::chrono::seconds(30), [&] { return slow.may_end; });
    --slow.waiting;
    slow.changed.notify_all();
    return EAI_AGAIN;
  }
  using LookUp = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto system = reinterpret_cast<LookUp>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return system(node, service, hints, found);
}

namespace papr {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST(SlowResolver, NeitherDeadlineNorCancelWaitsForTheLookUp) {
  ::setenv("no_proxy", "*", 1);  // a proxy would do the look-up
  auto deadline_missed_by = steady_clock::duration::max();
  auto cancel_missed_by = steady_clock::duration::max();
  const auto transport = make_curl_transport();
  const HttpRequest request{.method = "GET", .url = "http://slow.papr.invalid/", .headers = {}};
  for (int i = 0; i < 10 && (deadline_missed_by > 50ms || cancel_missed_by > 20ms); ++i) {
    HttpRequest soon = request;
    soon.deadline = steady_clock::now() + 100ms;
    const auto late = transport->exchange(soon, {});
    deadline_missed_by = std::min(deadline_missed_by, steady_clock::now() - soon.deadline);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kTimeout) << late.error().message;

    CancelSource source;
    SteadyTime cancelled_at;
    std::thread canceller([&] {
      SlowLookUps& slow = look_ups();
      std::unique_lock lock(slow.mutex);
      slow.changed.wait_for(lock, 10s, [&] { return slow.waiting > 2 * i + 1; });
      cancelled_at = steady_clock::now();
      source.cancel();
    });
    HttpRequest later = request;
    later.deadline = steady_clock::now() + 20s;
    const auto cancelled = transport->exchange(later, source.token());
    const SteadyTime ended_at = steady_clock::now();
    canceller.join();
    cancel_missed_by = std::min(cancel_missed_by, ended_at - cancelled_at);
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::kUnavailable) << cancelled.error().message;
  }
  HttpRequest impatient = request;
  impatient.deadline = steady_clock::now() + 20s;
  impatient.connect_timeout = 50ms;
  const auto unconnected = transport->exchange(impatient, {});
  ::unsetenv("no_proxy");
  EXPECT_LT(steady_clock::now(), impatient.deadline - 10s);
  ASSERT_FALSE(unconnected);
  EXPECT_EQ(unconnected.error().code, ErrorCode::kTimeout) << unconnected.error().message;
  EXPECT_LE(deadline_missed_by, 50ms);
  EXPECT_LE(cancel_missed_by, 20ms);

  SlowLookUps& slow = look_ups();
  std::unique_lock lock(slow.mutex);
  EXPECT_GE(slow.waiting, 2) << "the test's own look-up was not used";
  slow.may_end = true;
  slow.changed.notify_all();
  EXPECT_TRUE(slow.changed.wait_for(lock, 10s, [&] { return slow.waiting == 0; }));
}

}  // namespace
}  // namespace papr
