// SPDX-License-Identifier: Apache-2.0
#include "coreml_error.h"

#include <optional>
#include <ranges>

namespace papr {
namespace {

constexpr std::string_view kAgain =
    "build or download the package again: a part of it is damaged or missing";
constexpr std::string_view kSpace = "free space on the disk, then repeat";

struct Text {
  std::string_view part;
  ErrorCode code;
  std::string_view remedy = {};
};

// Texts come first: the codes differ between versions of macOS, and one code stands for many
// causes. Sources: public bug reports, as for the table of load_error.cpp, which says what to do
// about each.
constexpr Text kTexts[] = {
    {"no memory (transient", ErrorCode::kUnavailable},
    {"no ANE resources (transient", ErrorCode::kUnavailable},
    {"device not ready (transient", ErrorCode::kUnavailable},
    {"preempted by higher-priority request (transient", ErrorCode::kUnavailable},
    {"Program load failure (0x20004)", ErrorCode::kUnavailable},
    {"Could not open weights", ErrorCode::kCorrupt, kAgain},
    {"bad program image", ErrorCode::kCorrupt},
    {"verifyBundleAtPath: invalid model", ErrorCode::kCorrupt},
    {"Invalid sentinel in blob_metadata", ErrorCode::kCorrupt},
    {"Must re-compile the E5 bundle", ErrorCode::kCorrupt},
    {"Failed to build the model execution plan", ErrorCode::kUnavailable},
    {"Error plan build: -1", ErrorCode::kUnavailable},
    {"ANECCompile() FAILED", ErrorCode::kUnsupported},
    {"not within supported range", ErrorCode::kUnsupported},
    {"ANEProgramProcessRequestDirect() Failed", ErrorCode::kUnavailable},
    {"Program Inference error", ErrorCode::kUnavailable},
    {"Error computing NN outputs", ErrorCode::kUnavailable},
    {"No space left on device", ErrorCode::kDiskFull, kSpace},
};

struct Numbered {
  std::string_view domain;
  std::int64_t number;
  ErrorCode code;
  std::string_view remedy = {};
};

constexpr std::string_view kCoreMl = "com.apple.CoreML";
constexpr std::string_view kNeuralEngine = "com.apple.appleneuralengine";
constexpr std::string_view kCocoa = "NSCocoaErrorDomain";
constexpr std::string_view kPosix = "NSPOSIXErrorDomain";

// Sources: the enumerations MLModelError (MLModelError.h) and those of FoundationErrors.h; for the
// neural engine apple/coreai-torch#67; errno.h of macOS.
constexpr Numbered kNumbers[] = {
    {kCoreMl, 1, ErrorCode::kInvalidArgument},     // FeatureType
    {kCoreMl, 3, ErrorCode::kCorrupt, kAgain},     // IO
    {kCoreMl, 4, ErrorCode::kUnsupported},         // CustomLayer: code of another program
    {kCoreMl, 5, ErrorCode::kUnsupported},         // CustomModel
    {kCoreMl, 7, ErrorCode::kInvalidArgument},     // Parameters
    {kCoreMl, 8, ErrorCode::kDenied},              // ModelDecryptionKeyFetch
    {kCoreMl, 9, ErrorCode::kDenied},              // ModelDecryption
    {kNeuralEngine, 10, ErrorCode::kCorrupt},      // verifyBundleAtPath
    {kNeuralEngine, 53, ErrorCode::kUnavailable},  // no memory
    {kCocoa, 4, ErrorCode::kNotFound},             // NSFileNoSuchFileError
    {kCocoa, 257, ErrorCode::kDenied},             // NSFileReadNoPermissionError
    {kCocoa, 259, ErrorCode::kCorrupt, kAgain},    // NSFileReadCorruptFileError
    {kCocoa, 260, ErrorCode::kNotFound},           // NSFileReadNoSuchFileError
    {kCocoa, 513, ErrorCode::kDenied},             // NSFileWriteNoPermissionError
    {kCocoa, 640, ErrorCode::kDiskFull, kSpace},   // NSFileWriteOutOfSpaceError
    {kCocoa, 642, ErrorCode::kDenied},             // NSFileWriteVolumeReadOnlyError
    {kPosix, 1, ErrorCode::kDenied},               // EPERM
    {kPosix, 2, ErrorCode::kNotFound},             // ENOENT
    {kPosix, 12, ErrorCode::kUnavailable},         // ENOMEM
    {kPosix, 13, ErrorCode::kDenied},              // EACCES
    {kPosix, 28, ErrorCode::kDiskFull, kSpace},    // ENOSPC
    {kPosix, 69, ErrorCode::kDiskFull, kSpace},    // EDQUOT
};

std::string message_of(std::string_view doing, std::span<const NativeError> chain) {
  std::string message(doing);
  for (const NativeError& one : chain) {
    message += (&one == chain.data() ? ": " : ", because: ") + one.text + " (" + one.domain +
               ", code " + std::to_string(one.code) + ')';
  }
  return chain.empty() ? message + ": Core ML gave no reason" : message;
}

}  // namespace

Error coreml_error(std::string_view doing, std::span<const NativeError> chain) {
  Error error{ErrorCode::kUnavailable, message_of(doing, chain), {}};
  for (const Text& row : kTexts) {
    if (!error.message.contains(row.part)) continue;
    return {row.code, std::move(error.message), std::string(row.remedy)};
  }
  // The innermost first: what Core ML's own code says of it is more general.
  for (const NativeError& one : chain | std::views::reverse) {
    for (const Numbered& row : kNumbers) {
      if (row.domain != one.domain || row.number != one.code) continue;
      return {row.code, std::move(error.message), std::string(row.remedy)};
    }
  }
  return error;
}

}  // namespace papr
