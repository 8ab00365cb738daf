// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "../base/duration.h"
#include "../serve/http_server.h"
#include "../serve/serve_token.h"
#include "command.h"
#include "open_client.h"
#include "report.h"
#include "stop_signal.h"

namespace papr::cli {
namespace {

struct ServeArguments {
  std::string listen = "127.0.0.1:8377";
  std::string token_file;
  std::string search_limit = "30s";
};

Result<std::chrono::milliseconds> search_limit_of(const ServeArguments& arguments) {
  auto limit = parse_duration(arguments.search_limit);
  if (!limit) return while_doing("read --search-limit", limit.error());
  if (*limit <= std::chrono::milliseconds(0)) {
    return fail(ErrorCode::kInvalidArgument, "read --search-limit: no time at all",
                "write it like 800ms or 30s");
  }
  return limit;
}

// Argument, then PAPR_SERVE_TOKEN_FILE, then serve-token in the user's data folder.
Result<std::filesystem::path> token_path(const ServeArguments& arguments, const Context& context) {
  if (!arguments.token_file.empty()) return arguments.token_file;
  if (const auto file = context.environment("PAPR_SERVE_TOKEN_FILE")) return *file;
  if (const auto folder = user_data_folder(context.environment)) return *folder / "serve-token";
  return fail(ErrorCode::kInvalidArgument, "no token file given, and no home folder to keep one in",
              "name one with --token-file or in PAPR_SERVE_TOKEN_FILE");
}

serve::GateRules rules_of(const serve::ListenAddress& address, const serve::Listener& listener,
                          std::string token) {
  return {.token = std::move(token),
          .host_names = {"127.0.0.1", "localhost", "[::1]", serve::host_text(address.host)},
          .any_address = listener.any_address(),
          .port = listener.port()};
}

// The first search reads every vector and warms the model up; "listening" means ready.
Result<std::size_t> warm_up(Client& client, const std::filesystem::path& store_file) {
  const auto answer = client.search("warm up", {.limit = 1, .route = Route::kLocal});
  if (!answer) return std::unexpected(answer.error());
  const auto store = MemoryStore::open(store_file);
  if (!store) return std::unexpected(store.error());
  return store->count();
}

// For a shell, whatever is in the path.
std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

void print_start(Context& context, const GlobalOptions& global, const std::string& url,
                 const std::string& token_file, std::size_t memories) {
  if (global.json) {
    print_json(context, {{"listening", url}, {"token_file", token_file}, {"memories", memories}});
    context.out.flush();
    return;
  }
  remark(context, global,
         fmt::format("listening on {}, token in {}, {} memories\n"
                     "  export PAPR_BASE_URL={} PAPR_MEMORY_API_KEY=\"$(cat {})\"",
                     url, token_file, with_thousands(memories), url, quoted(token_file)));
  context.err.flush();
}

ExitCode serve_store(const ServeArguments& arguments, Context& context,
                     const GlobalOptions& global) {
  const auto address = serve::parse_listen_address(arguments.listen);
  if (!address) return report_error(context, global, address.error(), ExitCode::kUsage);
  const auto search_limit = search_limit_of(arguments);
  if (!search_limit) return report_settings_error(context, global, search_limit.error());
  const auto token_file = token_path(arguments, context);
  if (!token_file) return report_settings_error(context, global, token_file.error());
  const auto model = model_path(global, context);
  if (!model) return report_settings_error(context, global, model.error());
  const auto store = existing_store_path(global, context);
  if (!store) return report_settings_error(context, global, store.error());
  // Before the model, which may take a minute: a port that is taken is seen at once.
  auto listener = serve::Listener::bind(*address);
  if (!listener) return report_error(context, global, listener.error());
  auto token = serve::open_token(*token_file);
  if (!token) return report_error(context, global, token.error());
  auto run_id = serve::random_hex(4);
  if (!run_id) return report_error(context, global, run_id.error());
  const std::string url = listener->url();
  if (!listener->loopback()) {
    context.err << "papr: warning: " << url << " can be reached from other machines, "
                << "and the token and all texts go there as plain HTTP, for anyone on the way to "
                << "read\n";
  }

  auto client = open_searching_client(global, context, Route::kLocal);
  if (!client) return client.error();
  // Shared with the searches, of which one may outlive this function.
  const auto opened = std::make_shared<OpenedClient>(std::move(*client));
  const auto memories = warm_up(opened->client, *store);
  if (!memories) return report_error(context, global, memories.error());
  opened->interrupt.reset();  // a signal is waited for in another way from here on
  const auto stop_signal = StopSignal::install();
  if (!stop_signal) return report_error(context, global, stop_signal.error());

  auto service = std::make_unique<serve::Service>(
      rules_of(*address, *listener, std::move(*token)),
      [opened](std::string_view query, SearchOptions options) {
        options.route = Route::kLocal;  // Whoever asks us has been to the cloud, or will go there.
        return opened->client.search(query, options);
      },
      std::move(*run_id), *search_limit);
  auto server = serve::HttpServer::start(std::move(*listener), std::move(service));
  if (!server) return report_error(context, global, server.error());
  print_start(context, global, url, token_file->string(), *memories);
  stop_signal->wait();
  constexpr std::chrono::milliseconds kLoserEnds(20);
  const bool all_answered = server->stop();
  context.leave_at_once = !all_answered || !opened->client.wait_until_idle(kLoserEnds);
  if (all_answered) return ExitCode::kOk;
  remark(context, global, "stopped with a search still running, which was left without an answer");
  return ExitCode::kDegraded;
}

}  // namespace

void add_serve_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<ServeArguments>();
  CLI::App* const command =
      app.add_subcommand("serve", "answer the searches of the Papr API from your own store");
  command
      ->add_option("--listen", arguments->listen,
                   "where to listen; port 0 takes any free one, and what it is gets printed")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command
      ->add_option("--token-file", arguments->token_file,
                   "where the token is, made when missing (default: $PAPR_SERVE_TOKEN_FILE, or "
                   "serve-token in your data folder)")
      ->type_name("FILE")
      ->check(not_empty());
  command
      ->add_option("--search-limit", arguments->search_limit,
                   "the longest that one search may take; then its answer is a 504")
      ->capture_default_str();
  command->footer(
      R"help(Every request needs the token, as X-API-Key or Authorization: Bearer. Example:
  papr serve --token-file ./token &
  curl -H "X-API-Key: $(cat ./token)" -H "Content-Type: application/json" \
    -d '{"query": "lost keys"}' http://127.0.0.1:8377/v1/memory/search
Ends with Ctrl-C or SIGTERM, at most 5 seconds later: with exit code 3 if a search was left without
its answer.)help");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return serve_store(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
