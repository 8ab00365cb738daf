// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a model, on a fake runtime and on the real one, and what comes of it: one
// table, in which a person finds the trouble that a log tells of.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../src/base/subprocess.h"
#include "../../src/base/temporary_folder.h"
#include "../../src/client/open.h"
#include "../../src/cloud/fake_http_steps.h"
#include "../../src/model/load_error.h"
#include "mishap_backend.h"
#include "word_count_backend.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kPackage =
    fs::path(PAPR_MODELS_DIR) / "all-MiniLM-L6-v2" / "all-MiniLM-L6-v2.mlpackage";
constexpr const char* kFromAfar =
    R"({"code":200,"status":"success","data":{"memories":[{"id":"c1","content":"from afar",)"
    R"("similarity_score":0.75}],"nodes":[]}})";

/// What Core ML and its driver say when a load goes wrong, in whole.
constexpr std::string_view kTexts[] = {
    "Program load failed - no memory (transient; retry under lower memory pressure)",
    "Program load failed - no ANE resources (transient; retry later)",
    "Program load failed - device not ready (transient; retry later)",
    "Program load failed - preempted by higher-priority request (transient; retry later)",
    "Error in declaring network or Program load failure (0x20004)",
    "Could not open weights/weight.bin",
    "Program load failed - bad program image (model may be corrupt or incompatible)",
    "verifyBundleAtPath: invalid model",
    "Invalid sentinel in blob_metadata",
    "Must re-compile the E5 bundle",
    "Failed to build the model execution plan using a model architecture file",
    "Error plan build: -1",
    "ANECCompile() FAILED",
    "kernel width is not within supported range",
    "ANEProgramProcessRequestDirect() Failed with status=0x1",
    "Program Inference error: status=0x1d",
    "Error computing NN outputs -1",
    "the operation couldn't be completed",
};

struct Row {
  std::string what;
  std::string mishaps;
  AnsweredBy first;  ///< who answers the first search
  AnsweredBy later;  ///< who answers when all that began has ended
  std::string says;  ///< in the reason of an answer from the API
  int searches = 1;  ///< before `later` is asked
  /// Longer than loads and waits, so that what becomes of them decides who answers, and no race.
  std::chrono::milliseconds hedge_after = 8s;
  bool patient = false;  ///< the later side may take some seconds to come back
};

/// One text a load may fail with: the class of the text decides.
std::vector<Row> rows_of(std::string_view text) {
  using enum StepOutcome;
  const auto means = outcome_of({ErrorCode::kUnavailable, std::string(text), ""});
  const bool mends = means == kTransient || means == kBadCacheEntry;
  const auto once = mends ? AnsweredBy::kLocal : AnsweredBy::kCloud;
  const std::string fails = "fail=" + std::string(text);
  const std::string says = mends ? "" : std::string(text);
  return {{"once: " + std::string(text), fails + "|none", once, once, says},
          {"always: " + std::string(text), fails, AnsweredBy::kCloud, AnsweredBy::kCloud,
           std::string(text)}};
}

std::vector<Row> rows() {
  using enum AnsweredBy;
  std::vector<Row> all;
  for (const std::string_view text : kTexts) {
    for (Row& row : rows_of(text)) all.push_back(std::move(row));
  }
  const std::vector<Row> others = {
      {"all is well", "none", kLocal, kLocal, ""},
      {"the load returns after 1 s", "slow=1s", kCloud, kLocal, "still loading", 1, 400ms},
      {"predictions are slow, until it is loaded anew", "run-slow=200ms|none", kLocal, kLocal, ""},
      {"predictions are slow", "run-slow=200ms", kCloud, kCloud, "budget"},
      {"zeros come out, until it is loaded anew", "zeros|none", kLocal, kLocal, ""},
      {"zeros come out", "zeros", kCloud, kCloud, "zeros"},
      {"NaN comes out", "nan", kCloud, kCloud, "not finite"},
      {"a wrong size comes out", "short", kCloud, kCloud, "size"},
      {"predictions fail", "run-fail=Program Inference error", kCloud, kCloud,
       "Program Inference error"},
      {"it becomes slow later", "run-slow=200ms@10-", kLocal, kCloud, "slow", 12},
      {"it becomes slow and recovers", "run-slow=200ms@8-10", kLocal, kLocal, "", 10, 8s, true},
      {"the load hangs for ever", "hang", kCloud, kCloud, "still loading", 1, 400ms},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

/// A machine with one memory in its store, and the API on loopback.
class Site {
 public:
  explicit Site(bool real) : real_(real) {}

  /// Everything is well while the memory is added.
  Result<> furnish() {
    auto client = open({.mishaps = "none"});
    if (!client) return std::unexpected(client.error());
    const auto added = client->add({.id = "m1", .content = "lsof lists open files"});
    if (!added) return std::unexpected(added.error());
    return {};
  }

  Result<Client> open(const Row& row) {
    const auto mishaps = parse_mishaps(row.mishaps);
    if (!mishaps) return std::unexpected(mishaps.error());
    ClientOptions options;
    options.model = kPackage;
    options.store = folder_.path() / "memories.sqlite";
    options.cloud = CloudCredentials{.base_url = api_.url(), .api_key = "a-key"};
    options.hedge_after = row.hedge_after;
    options.compiled_models = folder_.path() / "compiled-models";  // once for all rows
    options.pressure.source =
        "file:" + folder_.write("calm.json", R"({"free_percent":70})").string();
    options.state_file = state_.path() / std::to_string(clients_++) / "state.json";
    return open_client(options, [&](const BackendOptions& backend) {
      return make_mishap_backend(make_drill_runtime(real_, backend), *mishaps);
    });
  }

 private:
  bool real_;
  int clients_ = 0;  // each a process of its own that remembers nothing of the others
  TemporaryFolder folder_;
  TemporaryFolder state_;
  FakeHttpServer api_{{say(http_answer(200, kFromAfar))}};
};

/// With so much time that half of it, after which the API is asked in any case, is no limit here.
Result<Answer> search(Client& client) {
  return client.search("watch what files a program opens", {.deadline = 1min});
}

std::string cell(const Result<Answer>& answer) {
  if (!answer) return "error: " + answer.error().message;
  return fmt::format("{}{}, {:.0f} ms", name_of(answer->answered_by),
                     answer->degraded ? ", degraded" : "", answer->latency_ms);
}

/// The side that answers at last. One that was slow is tried again after 5 s.
Result<Answer> later_answer(Client& client, const Row& row) {
  const auto give_up = std::chrono::steady_clock::now() + (row.patient ? 30s : 0s);
  while (true) {
    auto answer = search(client);
    if (!answer || answer->answered_by == row.later || std::chrono::steady_clock::now() > give_up) {
      return answer;
    }
  }
}

void try_row(const Row& row, Site& site, bool real) {
  SCOPED_TRACE(row.what + (real ? ", real runtime" : ", fake runtime"));
  auto client = site.open(row);
  ASSERT_TRUE(client) << client.error().message;
  const auto first = search(*client);
  for (int i = 1; i < row.searches; ++i) static_cast<void>(search(*client));
  static_cast<void>(client->wait_until_idle(10s));
  const auto later = later_answer(*client, row);
  std::cout << fmt::format(
      "| {} | {} | {} | {} | {} |\n", row.what, real ? "real" : "fake", cell(first),
      first ? fmt::format("{}", fmt::join(first->actions, "; ")) : "", cell(later));
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(first->answered_by, row.first) << first->reason;
  EXPECT_EQ(later->answered_by, row.later) << later->reason;
  for (const auto& answer : {*first, *later}) {
    EXPECT_EQ(answer.degraded, answer.answered_by == AnsweredBy::kCloud);
    EXPECT_EQ(answer.degraded, !answer.reason.empty());
  }
  const std::string reasons = first->reason + "\n" + later->reason;
  EXPECT_NE(reasons.find(row.says), std::string::npos) << reasons;
}

/// `papr` with mishaps in a process of its own; exit code 128 + 9 where it was killed.
Result<CommandOutput> run_papr(const fs::path& home, const std::string& mishaps,
                               std::vector<std::string> arguments) {
  const auto variable = [](const std::string& name, const fs::path& value) {
    return name + "=" + value.string();
  };
  std::ofstream(home / "calm.json") << R"({"free_percent":70})";
  std::vector<std::string> argv{"env",
                                "-i",
                                variable("HOME", home),
                                variable("PAPR_MODEL", kPackage),
                                variable("PAPR_STORE", home / "memories.sqlite"),
                                "PAPR_PRESSURE_SOURCE=file:" + (home / "calm.json").string()};
  for (const char* const name :  // what the preset of a sanitizer sets is for every program of it
       {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TBB_ENABLE_SANITIZERS"}) {
    if (const char* const value = std::getenv(name)) argv.push_back(variable(name, value));
  }
  for (std::string word : {std::string(PAPR_DRILL), mishaps, std::string("--json")}) {
    argv.push_back(std::move(word));
  }
  std::ranges::move(arguments, std::back_inserter(argv));
  return make_subprocess()->run({.argv = std::move(argv), .time_limit = 60s});
}

/// A process dies so; the row of the table that the next one gives.
void try_death(const std::string& death, bool real) {
  const std::string runtime = real ? "" : "fake:";
  SCOPED_TRACE(runtime + death);
  const TemporaryFolder home;
  const auto add = run_papr(home.path(), runtime + "none", {"add", "lsof lists open files"});
  ASSERT_TRUE(add) << add.error().message;
  ASSERT_EQ(add->exit_code, 0) << add->out;
  const auto killed = run_papr(home.path(), runtime + death, {"search", "files"});
  ASSERT_TRUE(killed) << killed.error().message;
  EXPECT_EQ(killed->exit_code, 128 + 9);
  const auto next = run_papr(home.path(), runtime + "none", {"search", "files"});
  ASSERT_TRUE(next) << next.error().message;
  ASSERT_EQ(next->exit_code, 0) << next->out;
  const auto answer = nlohmann::json::parse(next->out);
  EXPECT_EQ(answer["answered_by"], "local");
  const std::string actions = answer["actions"].dump();
  EXPECT_NE(actions.find("loaded anew"), std::string::npos) << actions;
  std::cout << fmt::format(
      "| the process dies in the {} | {} | killed | the next: {} | local, {:.0f} ms |\n",
      death == "die" ? "load" : "first prediction", real ? "real" : "fake",
      answer["actions"][0].get<std::string>(), answer["latency_ms"].get<double>());
}

TEST(TroubleTable, OfEachTroubleComesWhatThePolicySays) {
  std::cout << "| what happens | runtime | first answer | what was done | later |\n|-|-|-|-|-|\n";
  for (const bool real : {false, true}) {
    Site site(real);
    const auto furnished = site.furnish();
    ASSERT_TRUE(furnished) << furnished.error().message;
    for (const Row& row : rows()) try_row(row, site, real);
    for (const char* const death : {"die", "run-die"}) try_death(death, real);
  }
}

}  // namespace
}  // namespace papr
