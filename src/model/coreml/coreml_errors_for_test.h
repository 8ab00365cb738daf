// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "../load_policy.h"
#include "coreml_error.h"

namespace papr {

/// A failure as macOS reports it, and what is to come of it.
struct KnownError {
  NativeError native;
  ErrorCode code;
  StepOutcome means;
};

// One for each row of the tables of coreml_error.cpp. Texts are those of public bug reports.
inline const KnownError kKnownErrors[] = {
    {{"com.apple.appleneuralengine", 53,
      "Program load failed - no memory (transient; retry under lower memory pressure)"},
     ErrorCode::kUnavailable,
     StepOutcome::kTransient},
    {{"com.apple.appleneuralengine", 8, "Inference failed - no ANE resources (transient; retry)"},
     ErrorCode::kUnavailable,
     StepOutcome::kTransient},
    {{"com.apple.appleneuralengine", 8, "device not ready (transient; retry)"},
     ErrorCode::kUnavailable,
     StepOutcome::kTransient},
    {{"com.apple.appleneuralengine", 8, "preempted by higher-priority request (transient; retry)"},
     ErrorCode::kUnavailable,
     StepOutcome::kTransient},
    {{"com.apple.appleneuralengine", 1, "Program load failure (0x20004)"},
     ErrorCode::kUnavailable,
     StepOutcome::kTransient},
    {{"com.apple.CoreML", 110, "Could not open weights/weight.bin"},
     ErrorCode::kCorrupt,
     StepOutcome::kBadPackage},
    {{"com.apple.appleneuralengine", 1, "bad program image (model may be corrupt or incompatible)"},
     ErrorCode::kCorrupt,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.appleneuralengine", 10, "verifyBundleAtPath: invalid model"},
     ErrorCode::kCorrupt,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.CoreML", 0, "Invalid sentinel in blob_metadata"},
     ErrorCode::kCorrupt,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.CoreML", 0,
      "ANE model load has failed for on-device compiled macho. Must re-compile the E5 bundle. "
      "(13) @ GetANEFModel"},
     ErrorCode::kCorrupt,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.CoreML", 0,
      "Failed to build the model execution plan using a model architecture file "
      "'/a.mlmodelc/model.mil' with error code: -14."},
     ErrorCode::kUnavailable,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.CoreML", 0, "Error plan build: -1."},
     ErrorCode::kUnavailable,
     StepOutcome::kBadCacheEntry},
    {{"com.apple.CoreML", 0,
      "E5RT encountered an STL exception. msg = MILCompilerForANE error: failed to compile ANE "
      "model using ANEF. Error=_ANECompiler : ANECCompile() FAILED (11)."},
     ErrorCode::kUnsupported,
     StepOutcome::kUnfit},
    {{"com.apple.CoreML", 0,
      "Tensor dimensions N1D1C1H70000W1 are not within supported range N[1-65536]D[1-16384]"},
     ErrorCode::kUnsupported,
     StepOutcome::kUnfit},
    {{"com.apple.appleneuralengine", 8, "ANEProgramProcessRequestDirect() Failed with status=0x1"},
     ErrorCode::kUnavailable,
     StepOutcome::kPredictionFailed},
    {{"com.apple.appleneuralengine", 8, "statusType=0x9: Program Inference error"},
     ErrorCode::kUnavailable,
     StepOutcome::kPredictionFailed},
    {{"com.apple.CoreML", 0, "Error computing NN outputs."},
     ErrorCode::kUnavailable,
     StepOutcome::kPredictionFailed},
    {{"com.apple.CoreML", 0, "Cannot write: No space left on device"},
     ErrorCode::kDiskFull,
     StepOutcome::kUnknownError},
    {{"com.apple.CoreML", 1, "feature"}, ErrorCode::kInvalidArgument, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 3, "reading"}, ErrorCode::kCorrupt, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 4, "layer"}, ErrorCode::kUnsupported, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 5, "custom"}, ErrorCode::kUnsupported, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 7, "parameter"}, ErrorCode::kInvalidArgument, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 8, "key"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"com.apple.CoreML", 9, "decryption"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"com.apple.appleneuralengine", 10, "a"}, ErrorCode::kCorrupt, StepOutcome::kBadPackage},
    {{"com.apple.appleneuralengine", 53, "a"}, ErrorCode::kUnavailable, StepOutcome::kUnknownError},
    {{"NSCocoaErrorDomain", 4, "a"}, ErrorCode::kNotFound, StepOutcome::kBadPackage},
    {{"NSCocoaErrorDomain", 257, "a"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"NSCocoaErrorDomain", 259, "a"}, ErrorCode::kCorrupt, StepOutcome::kBadPackage},
    {{"NSCocoaErrorDomain", 260, "a"}, ErrorCode::kNotFound, StepOutcome::kBadPackage},
    {{"NSCocoaErrorDomain", 513, "a"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"NSCocoaErrorDomain", 640, "a"}, ErrorCode::kDiskFull, StepOutcome::kUnknownError},
    {{"NSCocoaErrorDomain", 642, "a"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"NSPOSIXErrorDomain", 1, "a"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"NSPOSIXErrorDomain", 2, "a"}, ErrorCode::kNotFound, StepOutcome::kBadPackage},
    {{"NSPOSIXErrorDomain", 12, "a"}, ErrorCode::kUnavailable, StepOutcome::kUnknownError},
    {{"NSPOSIXErrorDomain", 13, "a"}, ErrorCode::kDenied, StepOutcome::kBadPackage},
    {{"NSPOSIXErrorDomain", 28, "a"}, ErrorCode::kDiskFull, StepOutcome::kUnknownError},
    {{"NSPOSIXErrorDomain", 69, "a"}, ErrorCode::kDiskFull, StepOutcome::kUnknownError},
};

}  // namespace papr
