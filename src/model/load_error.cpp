// SPDX-License-Identifier: Apache-2.0
#include "load_error.h"

#include <string_view>

namespace papr {
namespace {

using enum StepOutcome;

struct Text {
  std::string_view part;
  StepOutcome means;
};

// The first that is found counts: a text may hold several, as a failed compile for want of memory.
// Sources: public bug reports, named where a line is not plain from its wording.
constexpr Text kTexts[] = {
    {"no memory (transient", kTransient},  // apple/coreai-torch#67, Code=53
    {"no ANE resources (transient", kTransient},
    {"device not ready (transient", kTransient},
    {"preempted by higher-priority request (transient", kTransient},
    {"Program load failure (0x20004)", kTransient},  // apple/ml-stable-diffusion#26, older wording
    {"out of memory", kTransient},                   // our OpenVINO backend, MPS
    {"Could not open weights", kBadPackage},         // Code=110
    {"bad program image", kBadCacheEntry},
    {"verifyBundleAtPath: invalid model", kBadCacheEntry},
    {"Invalid sentinel in blob_metadata", kBadCacheEntry},  // an interrupted compile
    {"Must re-compile the E5 bundle", kBadCacheEntry},
    // Many causes (apple/coremltools#2325); a broken entry is the one that can be mended here.
    {"Failed to build the model execution plan", kBadCacheEntry},
    {"Error plan build: -1", kBadCacheEntry},
    {"ANECCompile() FAILED", kUnfit},
    {"not within supported range", kUnfit},
    {"ANEProgramProcessRequestDirect() Failed", kPredictionFailed},
    {"Program Inference error", kPredictionFailed},
    {"Error computing NN outputs", kPredictionFailed},
};

}  // namespace

StepOutcome outcome_of(const Error& error) {
  for (const Text& text : kTexts) {
    if (error.message.contains(text.part)) return text.means;
  }
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kCorrupt:
    case ErrorCode::kMismatch:
    case ErrorCode::kDenied:
    case ErrorCode::kUnsupported:
      return kBadPackage;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
    case ErrorCode::kDiskFull:
      return kUnknownError;
  }
  return kUnknownError;  // Unreachable; no default above, so -Wswitch finds a new value.
}

}  // namespace papr
