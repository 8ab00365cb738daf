// SPDX-License-Identifier: Apache-2.0
#include "papr/client.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "../base/temporary_folder.h"
#include "../embed/tiny_tokenizer_for_test.h"
#include "../model/fake_loaded_model.h"
#include "client_parts.h"

namespace papr {
namespace {

constexpr std::size_t kDim = 16;
constexpr std::size_t kMaxTokens = 8;
const std::vector<std::string> kWords = {"tea", "coffee", "cup", "garden", "key", "house"};

// A clock that moves by 2 ms at each look.
class TickingClock final : public Clock {
 public:
  SteadyTime steady_now() const noexcept override {
    return SteadyTime(std::chrono::milliseconds(2 * ++looks_));
  }
  WallTime wall_now() const noexcept override { return WallTime(); }

 private:
  mutable int looks_ = 0;
};

/// A client over a real store and a real tokenizer, with a model that counts words.
struct Bench {
  explicit Bench(std::string fingerprint = "model-1", FakeLoadedModel::Script script = count_words)
      : fingerprint_(std::move(fingerprint)), script_(std::move(script)) {}

  Result<Client> open() const {
    auto tokenizer = Tokenizer::open(folder.write("tokenizer.json", words.dump()), kMaxTokens);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto model = std::make_unique<FakeLoadedModel>(
        text_model_info({1, 64}, {1, kMaxTokens},
                        {"vector", ElementType::kFloat32, {{1, 64}, {kDim, kDim}}}),
        script_);
    auto embedder = Embedder::make(std::move(model), std::move(*tokenizer));
    if (!embedder) return std::unexpected(embedder.error());
    auto store = MemoryStore::open(folder.path() / "memories.sqlite");
    if (!store) return std::unexpected(store.error());
    const ModelIdentity identity{.fingerprint = fingerprint_, .dim = kDim};
    return make_client({std::move(*embedder), std::move(*store), identity,
                        std::make_shared<TickingClock>(), nullptr});
  }

  static Result<std::vector<Tensor>> count_words(std::span<const TensorView> inputs) {
    return bag_of_ids(inputs, "vector", kDim);
  }

  TemporaryFolder folder;
  nlohmann::json words = tiny_tokenizer(kWords);
  std::string fingerprint_;
  FakeLoadedModel::Script script_;
};

Result<ImportReport> import_text(Client& client, const std::string& text) {
  std::istringstream lines(text);
  return client.import_lines(lines);
}

TEST(Client, FindsWhatWasAddedAndSaysWhoAnswered) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client) << client.error().message;
  ASSERT_TRUE(client->add({.id = "1", .content = "tea cup"}));
  ASSERT_TRUE(client->add({.id = "2", .content = "garden house"}));
  const auto answer = client->search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->hits.size(), 2u);
  EXPECT_EQ(answer->hits[0].memory.id, "1");
  EXPECT_GT(answer->hits[0].score, answer->hits[1].score);
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  EXPECT_EQ(answer->placement, Placement::kCpu);
  EXPECT_FALSE(answer->degraded);
  EXPECT_TRUE(answer->actions.empty());
  EXPECT_DOUBLE_EQ(answer->latency_ms, 2.0);
}

TEST(Client, AQueryThatWasCutSaysSo) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto answer = client->search("tea tea tea tea tea tea tea tea tea tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->actions, (std::vector<std::string>{"query cut to 8 tokens"}));
}

TEST(Client, ABlankQueryOrContentIsRefusedWithARemedy) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  for (const auto& error : {client->search(" \n").error(), client->add({.content = " "}).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_NE(error.remedy, "");
  }
}

TEST(Client, TheSameTextTwiceIsOneMemory) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto first = client->add({.content = "tea"});
  const auto again = client->add({.content = "tea"});
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(first->added);
  EXPECT_EQ(again->id, first->id);
  EXPECT_FALSE(again->added || again->updated);
}

TEST(Client, AStoreOfAnotherModelIsRefusedBeforeAnythingIsAsked) {
  const Bench bench;
  ASSERT_TRUE(bench.open()->add({.content = "tea"}));
  Bench other("model-2");
  std::filesystem::copy_file(bench.folder.path() / "memories.sqlite",
                             other.folder.path() / "memories.sqlite");
  const auto client = other.open();
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, ErrorCode::kMismatch);
  EXPECT_NE(client.error().remedy, "");
}

TEST(Client, AModelThatFailsIsAnErrorAndStoresNothing) {
  const Bench bench("model-1", [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
    return fail(ErrorCode::kUnavailable, "run model: no memory");
  });
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto added = client->add({.content = "tea"});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(MemoryStore::open(bench.folder.path() / "memories.sqlite")->count(), 0u);
}

TEST(ClientImport, NamesTheLinesItRefusesAndStoresTheRest) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto report = import_text(*client,
                                  "{\"content\":\"tea\"}\n"
                                  "\n"
                                  "tea\n"
                                  "{\"id\":\"2\",\"content\":\"cup\"}");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read, 3u);
  EXPECT_EQ(report->added, 2u);
  ASSERT_EQ(report->rejected.size(), 1u);
  EXPECT_EQ(report->rejected[0].line, 3u);
  EXPECT_GT(report->seconds, 0);
}

TEST(ClientImport, ATextThatCannotBeEmbeddedIsRefusedAloneAndInItsPlace) {
  Bench bench;
  bench.words["post_processor"] = nullptr;  // so that a text may have no tokens at all
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto report = import_text(*client,
                                  "{\"content\":\"tea\"}\n"
                                  "{\"content\":\"\\u0001\"}\n"
                                  "tea\n"
                                  "{\"content\":\"cup\"}\n");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read, 4u);
  EXPECT_EQ(report->added, 2u);
  ASSERT_EQ(report->rejected.size(), 2u);
  EXPECT_EQ(report->rejected[0].line, 2u);
  EXPECT_NE(report->rejected[0].error.find("no tokens"), std::string::npos);
  EXPECT_EQ(report->rejected[1].line, 3u);
}

TEST(ClientImport, TellsWhatIsCommittedBatchByBatch) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  std::string text;
  for (int i = 0; i < 300; ++i) text += "{\"content\":\"tea " + std::to_string(i) + "\"}\n";
  std::istringstream lines(text);
  std::vector<std::size_t> read;
  const auto report = client->import_lines(lines, [&](const ImportProgress& progress) {
    read.push_back(progress.read);
    const auto stored = MemoryStore::open(bench.folder.path() / "memories.sqlite");
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->count(), progress.read);
  });
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_GE(read.size(), 3u);
  EXPECT_EQ(read.back(), 300u);
}

TEST(ClientImport, AgainSkipsWhatIsStoredAndEmbedsNothing) {
  const Bench bench;
  const std::string text = "{\"content\":\"tea\"}\n{\"content\":\"cup\"}\n";
  {
    auto client = bench.open();
    ASSERT_TRUE(client && import_text(*client, text));
  }
  auto refuses = [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
    return fail(ErrorCode::kUnavailable, "asked again");
  };
  Bench again("model-1", refuses);
  std::filesystem::copy_file(bench.folder.path() / "memories.sqlite",
                             again.folder.path() / "memories.sqlite");
  auto client = again.open();
  ASSERT_TRUE(client);
  const auto report = import_text(*client, text);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->unchanged, 2u);
  EXPECT_EQ(report->added + report->updated, 0u);
}

TEST(ClientImport, OfTwoLinesWithOneIdTheLaterStaysHoweverOftenItIsRepeated) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(import_text(*client,
                            "{\"id\":\"a\",\"content\":\"tea\"}\n"
                            "{\"id\":\"a\",\"content\":\"coffee\"}\n"));
    const auto answer = client->search("coffee");
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->hits.size(), 1u);
    EXPECT_EQ(answer->hits[0].memory.content, "coffee");
  }
}

TEST(ClientImport, OfNothingIsDoneAtOnce) {
  const Bench bench;
  auto client = bench.open();
  ASSERT_TRUE(client);
  const auto report = import_text(*client, "");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read, 0u);
}

}  // namespace
}  // namespace papr
