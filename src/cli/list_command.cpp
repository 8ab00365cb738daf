// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <memory>
#include <ostream>

#include "../base/utc_text.h"
#include "age_text.h"
#include "command.h"
#include "papr/memory_store.h"
#include "report.h"

namespace papr::cli {
namespace {

struct ListArguments {
  std::size_t limit = 20;
  bool all = false;
  std::string user;
};

Json json_of(const std::vector<Memory>& memories, std::size_t count) {
  Json rows = Json::array();
  for (const Memory& memory : memories) {
    rows.push_back({{"id", memory.id},
                    {"content", memory.content},
                    {"metadata", json_of_metadata(memory.metadata_json)},
                    {"user_id", text_or_null(memory.user_id)},
                    {"created_at", utc_text(memory.created_at)}});
  }
  return {{"memories", std::move(rows)}, {"count", count}};
}

ExitCode list(const ListArguments& arguments, Context& context, const GlobalOptions& global) {
  const auto path = existing_store_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto store = MemoryStore::open(*path);
  if (!store) return report_error(context, global, store.error());
  MemoryFilter filter;
  if (!arguments.user.empty()) filter.user_id = arguments.user;
  const auto memories = store->list(
      arguments.all ? std::numeric_limits<std::size_t>::max() : arguments.limit, filter);
  if (!memories) return report_settings_error(context, global, memories.error());
  const auto count = store->count(filter);
  if (!count) return report_error(context, global, count.error());
  if (global.json) {
    print_json(context, json_of(*memories, *count));
    return ExitCode::kOk;
  }
  // Ids are never cut: they are what `papr delete` wants.
  constexpr std::size_t kIdColumns = 28;
  for (const Memory& memory : *memories) {
    const auto id = fmt::format("{:<{}}", one_line(memory.id, memory.id.size()), kIdColumns);
    context.out << id << "  " << rest_of_line(context, memory.content, id.size() + 2) << '\n';
  }
  remark(context, global,
         fmt::format("{} of {} in {}", with_thousands(memories->size()), with_thousands(*count),
                     path->string()));
  return ExitCode::kOk;
}

}  // namespace

void add_list_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<ListArguments>();
  CLI::App* const command = app.add_subcommand("list", "show the newest memories");
  auto* const limit = add_limit_option(*command, arguments->limit, 1000000000);
  command->add_flag("--all", arguments->all, "all of them")->excludes(limit);
  add_user_option(*command, arguments->user);
  command->footer(
      "A terminal gets one line a memory; --json prints the metadata and the user as well.");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return list(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
