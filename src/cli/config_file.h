// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "../base/user_folders.h"
#include "papr/result.h"

namespace papr::cli {

/// Values by the names of the environment variables that they stand for.
using ConfigSettings = std::map<std::string, std::string, std::less<>>;

/// Parses a config file: TOML 1.0, whose keys are the names of our settings in lower case without
/// "PAPR_": `pressure_source = "linux"`, `pressure_warn_free_percent = 35`, `allow_cpu = true`.
/// What a value has to look like is for those to say who read the setting.
/// @error kCorrupt          not TOML; names the line.
/// @error kInvalidArgument  a key that is none of ours, or no text, number or truth as its value.
[[nodiscard]] Result<ConfigSettings> parse_config(std::string_view text);

/// `environment`, and for what it does not say the config file of the user (user_config_folder), if
/// there is one.
/// @error those of parse_config, naming the file; kUnavailable where it cannot be read.
[[nodiscard]] Result<Environment> with_config_file(Environment environment);

}  // namespace papr::cli
