// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "context.h"
#include "event_sinks.h"
#include "load_interrupt.h"
#include "papr/client.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// A client and what must outlive it.
struct OpenedClient {
  std::unique_ptr<EventSinks> sinks;
  std::unique_ptr<LoadInterrupt> interrupt;  ///< null where nothing is remembered of loads
  Client client;
};

/// Opens the client that the options, the environment and the defaults name, with a model and a
/// store; for commands that write. When that does not go, the reason has been reported and the exit
/// code is what is left to return.
[[nodiscard]] std::expected<OpenedClient, ExitCode> open_writing_client(
    const GlobalOptions& options, Context& context);

/// The same for a search: model and store may be missing where the cloud may answer.
[[nodiscard]] std::expected<OpenedClient, ExitCode> open_searching_client(
    const GlobalOptions& options, Context& context, Route route);

/// "K=V" words of --metadata and --filter.
/// @error kInvalidArgument  a word without "=", without a key before it, or not UTF-8; a key
///        that comes twice.
[[nodiscard]] Result<std::map<std::string, std::string>> parse_pairs(
    const std::vector<std::string>& words);

}  // namespace papr::cli
