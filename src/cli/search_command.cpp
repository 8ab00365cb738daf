// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "../base/duration.h"
#include "command.h"
#include "degraded_advice.h"
#include "model_report.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

struct SearchArguments {
  std::vector<std::string> words;
  std::size_t limit = 10;
  std::string user;
  std::vector<std::string> filters;
  bool local = false;
  bool cloud = false;
  std::string deadline;
};

Json json_of(const std::string& query, const Answer& answer) {
  Json hits = Json::array();
  for (const Hit& hit : answer.hits) {
    hits.push_back({{"id", hit.memory.id},
                    {"content", hit.memory.content},
                    {"score", hit.score},
                    {"metadata", json_of_metadata(hit.memory.metadata_json)},
                    {"user_id", text_or_null(hit.memory.user_id)}});
  }
  return {{"query", query},
          {"hits", std::move(hits)},
          {"answered_by", name_of(answer.answered_by)},
          {"placement", name_of(answer.placement)},
          {"degraded", answer.degraded},
          {"reason", text_or_null(answer.reason)},
          {"latency_ms", answer.latency_ms},
          {"actions", answer.actions},
          {"verification", answer.verification ? cli::json_of(*answer.verification) : Json()}};
}

void print_hits(Context& context, const Answer& answer) {
  constexpr std::size_t kScoreColumns = 7;
  for (const Hit& hit : answer.hits) {
    context.out << fmt::format("{:6.3f} {}\n", hit.score,
                               rest_of_line(context, hit.memory.content, kScoreColumns));
  }
}

std::string side_of(const Answer& answer) {
  if (answer.answered_by == AnsweredBy::kCloud) return "the Papr API";
  return fmt::format("local on {}", name_of(answer.placement));
}

// `loading`: the part of the answer's latency that went into loading the model.
std::string summary_of(const Answer& answer, std::chrono::duration<double> loading) {
  std::string text = fmt::format("{} {} in {:.1f} ms", answer.hits.size(),
                                 answer.hits.size() == 1 ? "hit" : "hits", answer.latency_ms);
  const bool waited = answer.answered_by == AnsweredBy::kLocal && loading.count() > 0;
  if (waited) text += fmt::format(", {:.1f} of them to load the model", loading.count() * 1000);
  text += ", answered by " + side_of(answer);
  for (const std::string& action : answer.actions) text += "; " + action;
  return text;
}

std::string why_nothing(const SearchArguments& arguments) {
  std::string asked = arguments.user.empty() ? "" : "--user";
  if (!arguments.filters.empty()) asked += asked.empty() ? "--filter" : " and --filter";
  if (asked.empty()) return "nothing matches; `papr add` and `papr import` fill the store";
  return "nothing matches this " + asked +
         "; `papr list` shows what is there, with --json also users and metadata";
}

Result<SearchOptions> search_options_of(const SearchArguments& arguments) {
  SearchOptions options{.limit = arguments.limit, .filter = {}};
  if (!arguments.user.empty()) options.filter.user_id = arguments.user;
  auto metadata = parse_pairs(arguments.filters);
  if (!metadata) return std::unexpected(metadata.error());
  options.filter.metadata = std::move(*metadata);
  if (arguments.local) options.route = Route::kLocal;
  if (arguments.cloud) options.route = Route::kCloud;
  if (!arguments.deadline.empty()) {
    const auto deadline = parse_duration(arguments.deadline);
    if (!deadline) return while_doing("--deadline", deadline.error());
    options.deadline = *deadline;
  }
  return options;
}

ExitCode search(const SearchArguments& arguments, Context& context, const GlobalOptions& global) {
  const auto options = search_options_of(arguments);
  if (!options) return report_error(context, global, options.error(), ExitCode::kUsage);
  auto opened = open_searching_client(global, context, options->route);
  if (!opened) return opened.error();

  std::string query;
  for (const std::string& word : arguments.words) query += (query.empty() ? "" : " ") + word;
  const auto answer = opened->client.search(query, *options);
  // A side that lost ends soon, or hangs and must not be waited for.
  constexpr auto kLoserEnds = std::chrono::milliseconds(20);
  context.leave_at_once = !opened->client.wait_until_idle(kLoserEnds);
  if (!answer) return report_settings_error(context, global, answer.error());
  if (global.json) {
    print_json(context, json_of(query, *answer));
  } else {
    print_hits(context, *answer);
    if (answer->degraded) {
      remark(context, global,
             fmt::format("⚠️  Degraded: {}\n   What helps: {}", one_line(answer->reason, 300),
                         degraded_advice(answer->reason)));
    }
    remark(context, global, summary_of(*answer, opened->sinks->load_timer().loading()));
    if (answer->hits.empty()) remark(context, global, why_nothing(arguments));
  }
  return answer->degraded ? ExitCode::kDegraded : ExitCode::kOk;
}

}  // namespace

void add_search_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<SearchArguments>();
  CLI::App* const command = app.add_subcommand("search", "find memories by what they mean");
  command->add_option("QUERY", arguments->words, "what to look for, in plain words")->required();
  add_limit_option(*command, arguments->limit, 10000);
  add_user_option(*command, arguments->user);
  command
      ->add_option("--filter", arguments->filters,
                   "only memories whose metadata has it; may be repeated, all must match")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* const local = command->add_flag("--local", arguments->local, "ask this machine only");
  command->add_flag("--cloud", arguments->cloud, "ask the Papr API only")->excludes(local);
  command
      ->add_option("--deadline", arguments->deadline,
                   "answer or give up after this time, like 800ms or 3s (10s with an API key)")
      ->type_name("TIME")
      ->check(not_empty());
  command->footer(
      R"(--filter: VALUE is the whole text (upper and lower case differ), the number (2 is 2.0), true, false
or null under KEY, or a member of the list there. KEY is one of the outermost names, not a path.

With PAPR_MEMORY_API_KEY set, the Papr API answers when this machine cannot in time, and the exit
code is 3. PAPR_CLOUD=never keeps every query here.

Examples:
  papr search watch what files a program opens
  papr search "draw a diagram" -k 3 --filter section=graphics
  papr --json search "lost keys" | jq -r '.hits[].content')");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return search(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
