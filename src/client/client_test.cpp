// SPDX-License-Identifier: Apache-2.0
#include "papr/client.h"

#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "client_bench_for_test.h"

namespace papr {
namespace {

using Bench = ClientBench;

Result<ImportReport> import_text(Client& client, const std::string& text) {
  std::istringstream lines(text);
  return client.import_lines(lines);
}

TEST(Client, FindsWhatWasAddedAndSaysWhoAnswered) {
  Bench bench;
  Client client = bench.open();
  ASSERT_TRUE(client.add({.id = "1", .content = "tea cup"}));
  ASSERT_TRUE(client.add({.id = "2", .content = "garden house"}));
  const auto answer = client.search("tea");
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->hits.size(), 2u);
  EXPECT_EQ(answer->hits[0].memory.id, "1");
  EXPECT_GT(answer->hits[0].score, answer->hits[1].score);
  EXPECT_EQ(answer->answered_by, AnsweredBy::kLocal);
  EXPECT_EQ(answer->placement, Placement::kCpu);
  EXPECT_FALSE(answer->degraded);
  EXPECT_TRUE(answer->actions.empty());
  EXPECT_GT(answer->latency_ms, 0);
}

TEST(Client, AQueryThatWasCutSaysSo) {
  Bench bench;
  Client client = bench.open();
  const auto answer = client.search("tea tea tea tea tea tea tea tea tea tea");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->actions, (std::vector<std::string>{"query cut to 8 tokens"}));
}

TEST(Client, ABlankQueryOrContentIsRefusedWithARemedy) {
  Bench bench;
  Client client = bench.open();
  for (const auto& error : {client.search(" \n").error(), client.add({.content = " "}).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_NE(error.remedy, "");
  }
}

TEST(Client, TheSameTextTwiceIsOneMemory) {
  Bench bench;
  Client client = bench.open();
  const auto first = client.add({.content = "tea"});
  const auto again = client.add({.content = "tea"});
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(first->added);
  EXPECT_EQ(again->id, first->id);
  EXPECT_FALSE(again->added || again->updated);
}

TEST(Client, AStoreOfAnotherModelIsRefusedForReadingAndForWriting) {
  Bench bench;
  ASSERT_TRUE(bench.open().add({.content = "tea"}));
  bench.fingerprint = "model-2";
  Client other = bench.open();
  for (const auto& error : {other.search("tea").error(), other.add({.content = "cup"}).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kMismatch);
    EXPECT_NE(error.remedy, "");
  }
}

TEST(Client, AModelThatFailsIsAnErrorAndStoresNothing) {
  Bench bench;
  bench.model_script = [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
    return fail(ErrorCode::kUnavailable, "run model: no memory");
  };
  Client client = bench.open();
  const auto added = client.add({.content = "tea"});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(MemoryStore::open(bench.folder.path() / "memories.sqlite")->count(), 0u);
}

TEST(ClientImport, NamesTheLinesItRefusesAndStoresTheRest) {
  Bench bench;
  Client client = bench.open();
  const auto report = import_text(client,
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
  Client client = bench.open();
  const auto report = import_text(client,
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
  Bench bench;
  Client client = bench.open();
  std::string text;
  for (int i = 0; i < 300; ++i) text += "{\"content\":\"tea " + std::to_string(i) + "\"}\n";
  std::istringstream lines(text);
  std::vector<std::size_t> read;
  const auto report = client.import_lines(lines, [&](const ImportProgress& progress) {
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
  Bench bench;
  const std::string text = "{\"content\":\"tea\"}\n{\"content\":\"cup\"}\n";
  {
    Client client = bench.open();
    ASSERT_TRUE(import_text(client, text));
  }
  bench.model_script = [](std::span<const TensorView>) -> Result<std::vector<Tensor>> {
    return fail(ErrorCode::kUnavailable, "asked again");
  };
  Client client = bench.open();
  const auto report = import_text(client, text);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->unchanged, 2u);
  EXPECT_EQ(report->added + report->updated, 0u);
}

TEST(ClientImport, OfTwoLinesWithOneIdTheLaterStaysHoweverOftenItIsRepeated) {
  Bench bench;
  Client client = bench.open();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(import_text(client,
                            "{\"id\":\"a\",\"content\":\"tea\"}\n"
                            "{\"id\":\"a\",\"content\":\"coffee\"}\n"));
    const auto answer = client.search("coffee");
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->hits.size(), 1u);
    EXPECT_EQ(answer->hits[0].memory.content, "coffee");
  }
}

TEST(ClientImport, OfNothingIsDoneAtOnce) {
  Bench bench;
  Client client = bench.open();
  const auto report = import_text(client, "");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->read, 0u);
}

}  // namespace
}  // namespace papr
