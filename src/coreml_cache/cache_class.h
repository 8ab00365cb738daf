// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "papr/coreml_cache.h"
#include "papr/result.h"

namespace papr {

inline constexpr std::string_view kDefaultAppId = "ai.papr.ondevice";
/// The folder that Core ML's runtime makes below each identity's own, and below the caches folder.
inline constexpr std::string_view kBundleCache = "com.apple.e5rt.e5bundlecache";
/// The folder that the seed design clears.
inline constexpr std::string_view kLegacyFolder = "com.apple.CoreML";

/// Our bundle id or process name: `options.app_id`, or the default.
/// @error kInvalidArgument  it is no single folder name, or is Apple's.
[[nodiscard]] Result<std::string> app_id_of(const CacheOptions& options);

/// Whether entries of ours can be in a place of this class.
[[nodiscard]] bool may_hold_ours(CacheClass cache_class) noexcept;

/// Whose the folder `id` below the caches folder is: kOwn, kInterpreter or kOtherApp. A name that
/// many programs run under is kInterpreter even when it is configured as ours.
[[nodiscard]] CacheClass class_of_id(std::string_view id, std::string_view app_id);

}  // namespace papr
