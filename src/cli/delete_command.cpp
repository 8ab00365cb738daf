// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "command.h"
#include "papr/memory_store.h"
#include "report.h"

namespace papr::cli {
namespace {

ExitCode remove(const std::string& id, Context& context, const GlobalOptions& global) {
  const auto path = existing_store_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  auto store = MemoryStore::open(*path);
  if (!store) return report_error(context, global, store.error());
  const auto removed = store->remove(id);
  if (!removed) return report_error(context, global, removed.error());
  if (!*removed) {
    return report_error(
        context, global,
        {.code = ErrorCode::kNotFound,
         .message = "delete \"" + id + "\": no memory of that id in \"" + path->string() + "\"",
         .remedy = "`papr list --all` shows the ids"});
  }
  if (global.json) {
    print_json(context, {{"id", id}, {"deleted", true}});
  } else {
    context.out << "deleted " << one_line(id, id.size()) << '\n';
  }
  return ExitCode::kOk;
}

}  // namespace

void add_delete_command(CLI::App& app, Action& action) {
  auto id = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("delete", "forget one memory");
  command->add_option("ID", *id, "as `papr list` shows it")->required();
  command->callback([id, &action] {
    action = [id](Context& context, const GlobalOptions& global) {
      return remove(*id, context, global);
    };
  });
}

}  // namespace papr::cli
