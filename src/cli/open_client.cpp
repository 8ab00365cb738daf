// SPDX-License-Identifier: Apache-2.0
#include "open_client.h"

#include <utility>

#include "../base/utf8.h"
#include "../client/open.h"
#include "../pressure/memory_source.h"
#include "client_settings.h"
#include "report.h"

namespace papr::cli {

namespace {

// Which model and store a client gets.
struct Places {
  std::filesystem::path model;
  std::filesystem::path store;
};

// Where pressure is not looked at, loads leave no mark.
std::unique_ptr<LoadInterrupt> interrupt_of(const ClientOptions& options) {
  const auto source = make_memory_source(options.pressure.source);
  const bool marks = source && (*source)->name() != "none" && !options.state_file.empty();
  return marks ? LoadInterrupt::watch(options.state_file) : nullptr;
}

std::expected<OpenedClient, ExitCode> open_client_at(const Places& places,
                                                     ClientOptions client_options,
                                                     const GlobalOptions& options,
                                                     Context& context) {
  auto sinks = EventSinks::open(options, context);
  if (!sinks) return std::unexpected(report_error(context, options, sinks.error()));
  client_options.model = places.model;
  client_options.store = places.store;
  client_options.events = sinks->get();
  auto client = open_client(client_options, context.make_backend);
  if (!client) return std::unexpected(report_settings_error(context, options, client.error()));
  return OpenedClient{std::move(*sinks), interrupt_of(client_options), std::move(*client)};
}

// What must be there for a local answer, and may be missing where the cloud can give one.
Result<Places> places_of_search(const ClientOptions& client, const GlobalOptions& options,
                                const Context& context, Route route) {
  Places places;
  if (route == Route::kCloud || client.cloud_use == CloudUse::kOnly) return places;
  const bool cloud_may_answer =
      client.cloud && client.cloud_use == CloudUse::kAuto && route == Route::kAuto;
  const auto model =
      cloud_may_answer ? named_model_path(options, context) : model_path(options, context);
  if (!model && !cloud_may_answer) return std::unexpected(model.error());
  if (model) places.model = *model;
  const auto store = existing_store_path(options, context);
  if (!store && !cloud_may_answer) return std::unexpected(store.error());
  if (store) places.store = *store;
  return places;
}

}  // namespace

std::expected<OpenedClient, ExitCode> open_writing_client(const GlobalOptions& options,
                                                          Context& context) {
  const auto settings = client_settings(context);
  if (!settings) return std::unexpected(report_settings_error(context, options, settings.error()));
  const auto model = model_path(options, context);
  if (!model) return std::unexpected(report_settings_error(context, options, model.error()));
  const auto store = store_path(options, context);
  if (!store) return std::unexpected(report_settings_error(context, options, store.error()));
  return open_client_at({*model, *store}, *settings, options, context);
}

std::expected<OpenedClient, ExitCode> open_searching_client(const GlobalOptions& options,
                                                            Context& context, Route route) {
  auto settings = client_settings(context);
  if (!settings) return std::unexpected(report_settings_error(context, options, settings.error()));
  // What frees the model counts on the API, and only such a search asks it.
  if (route != Route::kAuto) settings->unload_on_critical = false;
  const auto places = places_of_search(*settings, options, context, route);
  if (!places) return std::unexpected(report_settings_error(context, options, places.error()));
  return open_client_at(*places, *settings, options, context);
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
    const bool added = pairs.emplace(word.substr(0, equals), word.substr(equals + 1)).second;
    if (!added) {
      return fail(ErrorCode::kInvalidArgument,
                  "read \"" + word + "\": its key has been given a value already",
                  "give each key once");
    }
  }
  return pairs;
}

}  // namespace papr::cli
