// SPDX-License-Identifier: Apache-2.0
#include "coreml_error.h"

#include <gtest/gtest.h>

#include <vector>

#include "../load_error.h"
#include "coreml_errors_for_test.h"

namespace papr {
namespace {

class CoreMlErrorRow : public testing::TestWithParam<KnownError> {};

TEST_P(CoreMlErrorRow, HasItsCodeAndIsActedUponAsItsTextSays) {
  const KnownError& row = GetParam();
  const NativeError alone[] = {row.native};
  const Error error = coreml_error("load model", alone);
  EXPECT_EQ(error.code, row.code);
  EXPECT_EQ(outcome_of(error), row.means);
  EXPECT_TRUE(error.message.starts_with("load model: " + row.native.text));

  const NativeError wrapped[] = {{"com.apple.CoreML", 0, "Failed."}, row.native};
  EXPECT_EQ(coreml_error("load model", wrapped).code, row.code);
}

INSTANTIATE_TEST_SUITE_P(Known, CoreMlErrorRow, testing::ValuesIn(kKnownErrors));

TEST(CoreMlError, TheMessageTellsTheWholeChain) {
  const NativeError chain[] = {{"com.apple.CoreML", 0, "Unable to load model."},
                               {"NSPOSIXErrorDomain", 28, "Could not write."}};
  const Error error = coreml_error("load \"a\"", chain);
  EXPECT_EQ(error.message,
            "load \"a\": Unable to load model. (com.apple.CoreML, code 0), because: Could not "
            "write. (NSPOSIXErrorDomain, code 28)");
  EXPECT_EQ(error.code, ErrorCode::kDiskFull);
  EXPECT_NE(error.remedy, "");
}

TEST(CoreMlError, AFailureWithoutAReasonSaysSo) {
  const Error error = coreml_error("run model", {});
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_EQ(error.message, "run model: Core ML gave no reason");
}

TEST(CoreMlError, WhatNobodyKnowsMayBeTriedAgain) {
  const NativeError chain[] = {{"com.apple.new", 77, "News."}};
  EXPECT_EQ(coreml_error("run model", chain).code, ErrorCode::kUnavailable);
  EXPECT_EQ(outcome_of(coreml_error("run model", chain)), StepOutcome::kUnknownError);
}

}  // namespace
}  // namespace papr
