// SPDX-License-Identifier: Apache-2.0
#include "open_client.h"

#include <utility>

#include "../base/utf8.h"
#include "report.h"

namespace papr::cli {

std::expected<OpenedClient, ExitCode> open_client(const GlobalOptions& options, Context& context) {
  const auto refused = [&](const Error& error, ExitCode code) {
    return std::unexpected(report_error(context, options, error, code));
  };
  const auto model = model_path(options, context);
  if (!model) return refused(model.error(), ExitCode::kUsage);
  const auto store = store_path(options, context);
  if (!store) return refused(store.error(), ExitCode::kUsage);
  auto sink = options.quiet || options.json ? nullptr : std::make_unique<HumanSink>(context.err);
  auto client = Client::open({.model = *model, .store = *store, .events = sink.get()});
  if (!client) return refused(client.error(), ExitCode::kFailed);
  return OpenedClient{std::move(sink), std::move(*client)};
}

Result<std::map<std::string, std::string>> parse_pairs(const std::vector<std::string>& words) {
  std::map<std::string, std::string> pairs;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorCode::kInvalidArgument, "read \"" + word + "\": not KEY=VALUE",
                  "write it like section=utils");
    }
    if (valid_utf8_prefix(word) != word.size()) {
      return fail(ErrorCode::kInvalidArgument, "read \"" + word + "\": not UTF-8",
                  "convert it to UTF-8");
    }
    pairs[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return pairs;
}

}  // namespace papr::cli
