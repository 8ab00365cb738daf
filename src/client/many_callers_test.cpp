// SPDX-License-Identifier: Apache-2.0
// Sixty-four callers at once of a client with everything in it but a real runtime and a real API:
// guarded loader, state file, pressure source, store, tokenizer.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../base/gate_for_test.h"
#include "../base/temporary_folder.h"
#include "../embed/tiny_tokenizer_for_test.h"
#include "../model/fake_model_backend.h"
#include "open.h"

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr int kCallers = 64;

struct SearchesOfManyCallers : testing::Test {
  void SetUp() override {
    folder.write("tokenizer.json", tiny_tokenizer({"tea", "cup"}).dump());
    std::filesystem::create_directory(options.model);
    std::ofstream(options.model / "weights") << "of no model";
    folder.write("calm.json", R"({"free_percent":70})");
    options.store = folder.path() / "memories.sqlite";
    options.state_file = folder.path() / "data" / "state.json";
    options.pressure.source = "file:" + (folder.path() / "calm.json").string();
    options.cloud_use = CloudUse::kNever;
    ASSERT_TRUE(open().add({.id = "l1", .content = "tea cup"}));
  }

  Client open(std::vector<FakeLoad> loads = {{}}, std::function<void()> before_load = {}) {
    auto client = open_client(options, [&](const BackendOptions&) {
      auto made = std::make_unique<FakeModelBackend>(std::make_shared<FakeClock>(), loads);
      made->before_load = before_load;
      backend = made.get();
      return made;
    });
    return std::move(client).value();
  }

  /// How many of the callers `client` gives a local answer.
  static int answered(Client& client, const SearchOptions& how = {}) {
    std::atomic<int> local = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < kCallers; ++i) {
      threads.emplace_back([&] {
        const auto answer = client.search("tea", how);
        local += answer && answer->answered_by == AnsweredBy::kLocal ? 1 : 0;
      });
    }
    for (std::thread& thread : threads) thread.join();
    return local;
  }

  TemporaryFolder folder;
  ClientOptions options{.model = folder.path() / "fake.mlpackage"};
  FakeModelBackend* backend = nullptr;  // of the last `open`
};

TEST_F(SearchesOfManyCallers, ShareOneLoadAndOneVerification) {
  Client client = open();
  EXPECT_EQ(answered(client), kCallers);
  EXPECT_EQ(backend->loads_seen().size(), 1U);
  constexpr int kOfVerification = 6;
  EXPECT_EQ(backend->runs_seen(), kOfVerification + kCallers);
}

TEST_F(SearchesOfManyCallers, ShareTheSecondTryOfALoadToo) {
  const Error shortage{ErrorCode::kUnavailable, "no memory (transient)", ""};
  Client client = open({{.error = shortage}, {}});
  EXPECT_EQ(answered(client), kCallers);
  EXPECT_EQ(backend->loads_seen().size(), 2U);
}

TEST_F(SearchesOfManyCallers, ThatGaveUpLeaveALoadThatServesTheNext) {
  Gate gate;
  Client client = open({{}}, gate.wait());
  EXPECT_EQ(answered(client, {.deadline = 20ms}), 0);
  gate.open();
  ASSERT_TRUE(client.wait_until_idle(1min));
  EXPECT_EQ(answered(client), kCallers);
  EXPECT_EQ(backend->loads_seen().size(), 1U);
}

TEST_F(SearchesOfManyCallers, ShareOneRefusal) {
  Client client = open({{.error = Error{ErrorCode::kCorrupt, "load: damaged", ""}}});
  EXPECT_EQ(answered(client), 0);
  EXPECT_EQ(backend->loads_seen().size(), 1U);
}

TEST_F(SearchesOfManyCallers, DoNotKeepAClientFromClosingWhileItsLoadHangs) {
  Gate gate;
  const auto held = std::make_shared<int>();  // by the backend, for as long as it is there
  {
    Client client = open({{}}, [wait = gate.wait(), held] { wait(); });
    EXPECT_EQ(answered(client, {.deadline = 20ms}), 0);
  }
  // The load still hangs: had closing waited for it, this line would never be reached.
  EXPECT_GT(held.use_count(), 1);
  gate.open();
  while (held.use_count() > 1) std::this_thread::yield();
}

}  // namespace
}  // namespace papr
