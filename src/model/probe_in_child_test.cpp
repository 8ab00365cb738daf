// SPDX-License-Identifier: Apache-2.0
#include "probe_in_child.h"

#include <gtest/gtest.h>

#include <csignal>

#include "../base/fake_subprocess.h"
#include "probe_child.h"

namespace papr {
namespace {

using How = ProbeEnd::How;

ProbeEnd end_of(Result<CommandOutput> output) {
  FakeSubprocess subprocess({{"/bin/app", std::move(output)}});
  return probe_in_child({.package = "m.mlpackage"}, {.command = {"/bin/app", "--probe"}},
                        subprocess);
}

TEST(ProbeInChild, AnAnswerIsWhatTheChildSaw) {
  const auto end = end_of(CommandOutput{.out = text_of(ModelCheck{.backend = "coreml"})});
  EXPECT_EQ(end.how, How::kAnswered);
  ASSERT_TRUE(end.answer);
  EXPECT_EQ(end.answer->backend, "coreml");
  const auto error = end_of(CommandOutput{.out = text_of(fail(ErrorCode::kCorrupt, "damaged"))});
  EXPECT_EQ(error.how, How::kAnswered);
  EXPECT_EQ(error.answer.error().message, "damaged");
}

TEST(ProbeInChild, AWholeAnswerCountsThoughTheChildDiedAfterIt) {
  const auto end = end_of(CommandOutput{.exit_code = 128 + SIGSEGV, .out = text_of(ModelCheck{})});
  EXPECT_EQ(end.how, How::kAnswered);
}

TEST(ProbeInChild, ASignalOrSilenceIsTheModelsDoing) {
  const auto aborted = end_of(CommandOutput{.exit_code = 128 + SIGABRT});
  EXPECT_EQ(aborted.how, How::kDied);
  EXPECT_EQ(aborted.answer.error().message,
            "try \"m.mlpackage\" in a child process: the child died: abort");
  EXPECT_TRUE(end_of(CommandOutput{.exit_code = 128 + SIGUSR1})
                  .answer.error()
                  .message.contains("signal " + std::to_string(SIGUSR1)));
  EXPECT_EQ(end_of(CommandOutput{.exit_code = 1}).how, How::kDied) << "a runtime that calls exit";
  EXPECT_EQ(end_of(CommandOutput{.out = "half an ans"}).how, How::kDied);
  const auto hung = end_of(fail(ErrorCode::kTimeout, "not done"));
  EXPECT_EQ(hung.how, How::kDied);
  EXPECT_EQ(hung.answer.error().code, ErrorCode::kTimeout);
}

TEST(ProbeInChild, WhatIsNotTheModelsDoingIsNotHeldAgainstIt) {
  EXPECT_EQ(end_of(fail(ErrorCode::kUnavailable, "fork")).how, How::kNotStarted);
  for (const int code : {126, 127, kProbeNotBegun, 128 + SIGTERM, 128 + SIGINT, 128 + SIGXFSZ}) {
    EXPECT_EQ(end_of(CommandOutput{.exit_code = code}).how, How::kNotStarted) << code;
  }
  FakeSubprocess nothing({});
  EXPECT_EQ(probe_in_child({}, {}, nothing).how, How::kNotStarted);
}

TEST(ProbeInChild, WithoutACommandThereIsNoProbe) {
  EXPECT_FALSE(make_model_probe({}, "kept"));
  EXPECT_TRUE(make_model_probe({"app"}, "kept"));
}

}  // namespace
}  // namespace papr
