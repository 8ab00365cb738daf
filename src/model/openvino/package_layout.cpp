// SPDX-License-Identifier: Apache-2.0
#include "package_layout.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace papr {
namespace {

using Json = nlohmann::json;

std::unexpected<Error> corrupt(std::string_view what) {
  return fail(ErrorCode::kCorrupt, "read Manifest.json: " + std::string(what));
}

// The member `name` of `object` when it is a string.
const std::string* find_text(const Json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

}  // namespace

Result<std::filesystem::path> path_inside(std::string_view text) {
  const std::filesystem::path path(text);
  const bool climbs = std::ranges::find(path, "..") != path.end();
  if (text.empty() || text.contains('\0') || !path.is_relative() || climbs) {
    return fail(ErrorCode::kCorrupt,
                "path \"" + std::string(text) + "\": leads out of the package");
  }
  return path;
}

Result<PackageLayout> parse_package_manifest(std::string_view text) {
  const Json manifest = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!manifest.is_object()) return corrupt("not a JSON object");

  const std::string* const version = find_text(manifest, "fileFormatVersion");
  if (version == nullptr) return corrupt("no \"fileFormatVersion\"");
  if (!version->starts_with("1.")) {
    return fail(ErrorCode::kUnsupported,
                "read Manifest.json: format version \"" + *version + "\", known are 1.x");
  }
  const std::string* const root = find_text(manifest, "rootModelIdentifier");
  if (root == nullptr) return corrupt("no \"rootModelIdentifier\"");
  const auto items = manifest.find("itemInfoEntries");
  if (items == manifest.end() || !items->is_object()) return corrupt("no \"itemInfoEntries\"");
  const auto item = items->find(*root);
  if (item == items->end()) return corrupt("no item \"" + *root + "\", the root model");
  const std::string* const path = find_text(*item, "path");
  if (path == nullptr) return corrupt("the root model has no \"path\"");

  const auto inside = path_inside(*path);
  if (!inside) return while_doing("read Manifest.json", inside.error());
  const std::filesystem::path model_file = "Data" / *inside;
  return PackageLayout{model_file, model_file.parent_path()};
}

}  // namespace papr
