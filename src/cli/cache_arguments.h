// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../coreml_cache/survey.h"
#include "context.h"
#include "papr/coreml_guard.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// What `papr cache` was told.
struct CacheArguments {
  std::string caches_dir;
  std::string temporary_dir;
  std::string app_id;     ///< who we are
  std::string other_app;  ///< clear: whose cache goes instead of ours
  bool entries = false;   ///< list
  bool dry_run = false;
  bool force = false;
  bool temporary = false;
  bool compiled = false;
};

/// Arguments, then the environment, as for the loads of this user: what they clear is what is
/// shown.
/// @error kInvalidArgument  a setting does not parse.
[[nodiscard]] Result<GuardOptions> options_of(const CacheArguments& arguments,
                                              const Context& context);

/// Draws on stderr how much has been measured, where that is a terminal and a person reads it.
[[nodiscard]] SurveyProgress measuring_line(Context& context, const GlobalOptions& global);

/// Says so where this system has no Core ML caches and no folder was named.
void say_where_none(const CacheOptions& options, Context& context, const GlobalOptions& global);

/// `papr cache clear`
[[nodiscard]] ExitCode clear_cache(const CacheArguments& arguments, Context& context,
                                   const GlobalOptions& global);

}  // namespace papr::cli
