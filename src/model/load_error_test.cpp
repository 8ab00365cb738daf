// SPDX-License-Identifier: Apache-2.0
#include "load_error.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

using enum StepOutcome;

struct Line {
  const char* text;  ///< as people have reported it, in full where that is known
  StepOutcome means;
};

class LoadError : public testing::TestWithParam<Line> {};

TEST_P(LoadError, EachReportedTextMeansWhatPeopleFoundItToMean) {
  const Error error{ErrorCode::kUnavailable, "load \"m.mlmodelc\": " + std::string(GetParam().text),
                    ""};
  EXPECT_EQ(name_of(outcome_of(error)), name_of(GetParam().means)) << GetParam().text;
}

constexpr Line kLines[] = {
    {"Program load failed — no memory (transient; retry under lower memory pressure)", kTransient},
    {"Inference failed — no memory (transient; retry under lower memory pressure)", kTransient},
    {"Inference failed — no ANE resources (transient; retry)", kTransient},
    {"Inference failed — device not ready (transient; retry)", kTransient},
    {"Inference failed — preempted by higher-priority request (transient; retry)", kTransient},
    {"Program load failure (0x20004)", kTransient},
    {"compile model: out of memory", kTransient},
    {"Program load failed — bad program image (model may be corrupt or incompatible)",
     kBadCacheEntry},
    {"verifyBundleAtPath: invalid model", kBadCacheEntry},
    {"Invalid sentinel in blob_metadata", kBadCacheEntry},
    {"ANE model load has failed for on-device compiled macho. Must re-compile the E5 bundle. (13) "
     "@ GetANEFModel",
     kBadCacheEntry},
    {"Failed to build the model execution plan using a model architecture file "
     "'/x/model.mil' with error code: -14.",
     kBadCacheEntry},
    {"Error plan build: -1.", kBadCacheEntry},
    {"E5RT encountered an STL exception. msg = MILCompilerForANE error: failed to compile ANE "
     "model using ANEF. Error=_ANECompiler : ANECCompile() FAILED.",
     kUnfit},
    {"_ANECompiler : ANECCompile() FAILED (11)", kUnfit},
    {"Tensor dimensions N1D1C70000H1W1 not within supported range "
     "N[1-65536]D[1-16384]C[1-65536]H[1-16384]W[1-16384]",
     kUnfit},
    {"ANEProgramProcessRequestDirect() Failed with status=0x1 : statusType=0x9: Program Inference "
     "error",
     kPredictionFailed},
    {"ANEProgramProcessRequestDirect() Failed with status=0x1d", kPredictionFailed},
    {"statusType=0x9: Program Inference error", kPredictionFailed},
    {"Error computing NN outputs", kPredictionFailed},
    {"Code=110 Could not open weights/weight.bin", kBadPackage},
    {"", kUnknownError},
    {"something nobody has seen", kUnknownError},
};

INSTANTIATE_TEST_SUITE_P(Texts, LoadError, testing::ValuesIn(kLines));

TEST(LoadErrorCode, WithoutAKnownTextTheCodeSaysWhetherAnythingElseCanHelp) {
  EXPECT_EQ(outcome_of({ErrorCode::kNotFound, "no such package", ""}), kBadPackage);
  EXPECT_EQ(outcome_of({ErrorCode::kCorrupt, "bad header", ""}), kBadPackage);
  EXPECT_EQ(outcome_of({ErrorCode::kUnsupported, "op conv3d", ""}), kBadPackage);
  EXPECT_EQ(outcome_of({ErrorCode::kTimeout, "5 min", ""}), kUnknownError);
  EXPECT_EQ(outcome_of({ErrorCode::kDiskFull, "No space left on device", ""}), kUnknownError);
}

TEST(LoadErrorCode, TheTextCountsBeforeTheCode) {
  EXPECT_EQ(outcome_of({ErrorCode::kCorrupt, "no memory (transient; retry)", ""}), kTransient);
}

TEST(LoadErrorCode, WhereATextNamesTwoCausesTheShortageCounts) {
  EXPECT_EQ(outcome_of({ErrorCode::kUnavailable,
                        "ANECCompile() FAILED: no memory (transient; retry)", ""}),
            kTransient);
}

}  // namespace
}  // namespace papr
