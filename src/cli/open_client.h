// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "context.h"
#include "human_sink.h"
#include "papr/client.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// A client and the sink that must outlive it.
struct OpenedClient {
  std::unique_ptr<HumanSink> sink;
  Client client;
};

/// Opens the client that the options, the environment and the defaults name. When that does not go,
/// the reason has been reported and the exit code is what is left to return.
[[nodiscard]] std::expected<OpenedClient, ExitCode> open_client(const GlobalOptions& options,
                                                                Context& context);

/// "K=V" words of --metadata and --filter.
/// @error kInvalidArgument  a word without "=", without a key before it, or not UTF-8.
[[nodiscard]] Result<std::map<std::string, std::string>> parse_pairs(
    const std::vector<std::string>& words);

}  // namespace papr::cli
