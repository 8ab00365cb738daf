// SPDX-License-Identifier: Apache-2.0
#include "settings.h"

#include <optional>
#include <system_error>

#include "../base/user_folders.h"

namespace papr::cli {

namespace {

// The one package in `folder`, if `folder` is none itself and holds exactly one.
std::optional<std::filesystem::path> only_package_in(const std::filesystem::path& folder) {
  std::optional<std::filesystem::path> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() == "Manifest.json") return std::nullopt;
    if (entry->path().extension() != ".mlpackage") continue;
    if (found) return std::nullopt;
    found = entry->path();
  }
  return error ? std::nullopt : found;
}

}  // namespace

Result<std::filesystem::path> model_path(const GlobalOptions& options, const Context& context) {
  auto path = named_model_path(options, context);
  if (!path) return path;
  if (const auto meant = only_package_in(*path)) {
    return fail(ErrorCode::kCorrupt,
                "load \"" + path->string() + "\": a folder with a package in it, not the package",
                "did you mean \"" + meant->string() + "\"?");
  }
  return path;
}

Result<std::filesystem::path> named_model_path(const GlobalOptions& options,
                                               const Context& context) {
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
