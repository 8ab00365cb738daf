// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "command.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

struct AddArguments {
  std::vector<std::string> words;
  std::string id;
  std::string user;
  std::vector<std::string> metadata;
};

Result<Memory> memory_of(const AddArguments& arguments) {
  Memory memory{.id = arguments.id, .content = {}, .user_id = arguments.user};
  for (const std::string& word : arguments.words) {
    memory.content += (memory.content.empty() ? "" : " ") + word;
  }
  const auto metadata = parse_pairs(arguments.metadata);
  if (!metadata) return std::unexpected(metadata.error());
  memory.metadata_json = Json(*metadata).dump();
  return memory;
}

std::string_view verb_of(const AddOutcome& outcome) {
  if (outcome.added) return "added";
  return outcome.updated ? "updated" : "unchanged";
}

ExitCode add(const AddArguments& arguments, Context& context, const GlobalOptions& global) {
  auto memory = memory_of(arguments);
  if (!memory) return report_error(context, global, memory.error(), ExitCode::kUsage);
  auto opened = open_writing_client(global, context);
  if (!opened) return opened.error();
  const auto outcome = opened->client.add(std::move(*memory));
  if (!outcome) return report_settings_error(context, global, outcome.error());
  if (global.json) {
    print_json(context, {{"id", outcome->id},
                         {"added", outcome->added},
                         {"updated", outcome->updated},
                         {"truncated", outcome->truncated}});
  } else {
    context.out << verb_of(*outcome) << ' ' << outcome->id << '\n';
    if (outcome->truncated) {
      remark(context, global, "the text is longer than the model takes: its end cannot be found");
    }
  }
  return ExitCode::kOk;
}

}  // namespace

void add_add_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<AddArguments>();
  CLI::App* const command = app.add_subcommand("add", "remember one text");
  command->add_option("TEXT", arguments->words, "what to remember")->required();
  command->add_option("--id", arguments->id, "its id (default: made from the text)")
      ->type_name("ID");
  command->add_option("--user", arguments->user, "whose it is")
      ->type_name("NAME")
      ->check(not_empty());
  command->add_option("--metadata", arguments->metadata, "what --filter finds; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->footer(R"(Examples:
  papr add "The spare key is under the blue flowerpot"
  papr add --id wifi --metadata place=office "The guest network is called tulip"

The same id again replaces the whole memory. Without --id the same text of the same user has the same
id: added again it replaces the metadata, and without --metadata it ends up with none.
A text longer than the model takes is kept whole but found by its beginning; stderr says so, and in
JSON "truncated" is true.)");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return add(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
