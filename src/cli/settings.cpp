// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include "../base/user_folders.h"

namespace papr::cli {

Result<std::filesystem::path> model_path(const GlobalOptions& options, const Context& context) {
  if (!options.model.empty()) return options.model;
  if (const auto model = context.environment("PAPR_MODEL")) return *model;
  return fail(ErrorCode::kInvalidArgument, "no model given",
              "name a .mlpackage with --model or in PAPR_MODEL; `make demo` builds "
              "build/models/all-MiniLM-L6-v2/all-MiniLM-L6-v2.mlpackage");
}

Result<std::filesystem::path> store_path(const GlobalOptions& options, const Context& context) {
  if (!options.store.empty()) return options.store;
  if (const auto store = context.environment("PAPR_STORE")) return *store;
  if (const auto folder = user_data_folder(context.environment)) {
    return *folder / "memories.sqlite";
  }
  return fail(ErrorCode::kInvalidArgument, "no store given, and no home folder to keep one in",
              "name an SQLite file with --store or in PAPR_STORE");
}

Result<std::filesystem::path> existing_store_path(const GlobalOptions& options,
                                                  const Context& context) {
  auto path = store_path(options, context);
  std::error_code ignored;
  // Not through a link: one that leads nowhere is there, and opening it says what is wrong.
  if (path && std::filesystem::symlink_status(*path, ignored).type() ==
                  std::filesystem::file_type::not_found) {
    return fail(ErrorCode::kNotFound, "open store \"" + path->string() + "\": no such file",
                "`papr add` and `papr import` make it; --store or PAPR_STORE names another");
  }
  return path;
}

}  // namespace papr::cli
