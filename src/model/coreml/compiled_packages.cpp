// SPDX-License-Identifier: Apache-2.0
#include "compiled_packages.h"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

#include "../../base/errno_error.h"
#include "../../coreml_cache/compiled_models/content_hash.h"

namespace papr {
namespace {

// Core ML tells a compiled model by its extension.
constexpr const char* kContent = "model.mlmodelc";
constexpr std::uint64_t kLimitBytes = 10'000'000'000;

void delete_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::shared_ptr<const void> deleted_at_the_end(std::filesystem::path path) {
  return {nullptr, [path = std::move(path)](const void*) { delete_folder(path); }};
}

// Renames, or copies where the temporary folder is on another disk. Either way `from` is gone.
Result<> move_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (!error) return {};
  const auto gone = deleted_at_the_end(from);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, error);
  if (error) return fail_errno("copy compiled model to", to, error);
  return {};
}

// The generation to use: the newest that is whole, or one that is not there. `fresh`: a new one.
std::uint32_t generation_of(const std::vector<StoredModel>& models, const ModelKey& key,
                            bool fresh) {
  std::vector<StoredModel> whole;
  std::ranges::copy_if(models, std::back_inserter(whole), &StoredModel::whole);
  const auto newest = newest_generation(models, key);
  const auto usable = newest_generation(whole, key);
  if (usable && !fresh) return *usable;
  return newest ? *newest + 1 : 0;
}

}  // namespace

CompiledPackage::CompiledPackage(std::filesystem::path path) : path_(std::move(path)) {}

CompiledPackage::CompiledPackage(HeldModel held, std::shared_ptr<EventSink> events)
    : path_(held.path() / kContent), events_(std::move(events)), held_(std::move(held)) {}

CompiledPackage CompiledPackage::temporary(std::filesystem::path path) {
  CompiledPackage package(path);
  package.temporary_ = deleted_at_the_end(std::move(path));
  return package;
}

CompiledPackages::CompiledPackages(std::filesystem::path folder, std::shared_ptr<EventSink> events,
                                   std::string os_build)
    : folder_(std::move(folder)), events_(std::move(events)), os_build_(std::move(os_build)) {}

CompiledModelStoreOptions CompiledPackages::options() const {
  return {.folder = folder_, .limit_bytes = kLimitBytes, .events = events_.get()};
}

Result<ModelKey> CompiledPackages::key_of(const std::filesystem::path& package) const {
  auto hash = content_hash(package, options());
  if (!hash) return std::unexpected(hash.error());
  return ModelKey::make({.content_hash = std::move(*hash), .os_build = os_build_});
}

Result<CompiledPackage> CompiledPackages::get(const std::filesystem::path& package, bool fresh,
                                              const CompilePackage& compile) const {
  std::optional<Error> refused;
  if (keeps()) {
    auto kept = get_kept(package, fresh, [&](const std::filesystem::path& path) {
      auto compiled = compile(path);
      if (!compiled) refused = compiled.error();
      return compiled;
    });
    if (kept) return kept;
    if (refused) return std::unexpected(*refused);
    if (events_) {
      events_->on_event(
          {.name = "compiled_model_not_kept", .fields = {{"reason", kept.error().message}}});
    }
  }
  auto compiled = compile(package);
  if (!compiled) return std::unexpected(compiled.error());
  return CompiledPackage::temporary(std::move(*compiled));
}

Result<CompiledPackage> CompiledPackages::get_kept(const std::filesystem::path& package, bool fresh,
                                                   const CompilePackage& compile) const {
  const auto key = key_of(package);
  if (!key) return std::unexpected(key.error());
  const CompiledModelStore store(options());
  const auto models = store.usage();
  if (!models) return std::unexpected(models.error());
  bool put = false;
  auto held = store.put(key->with_generation(generation_of(*models, *key, fresh)),
                        [&](const std::filesystem::path& folder) -> Result<> {
                          put = true;
                          const auto compiled = compile(package);
                          if (!compiled) return std::unexpected(compiled.error());
                          return move_folder(*compiled, folder / kContent);
                        });
  if (!held) return std::unexpected(held.error());
  // Older generations among them. The store tells what goes wrong.
  if (put) static_cast<void>(store.purge(PurgeScope::kLeftovers));
  return CompiledPackage(std::move(*held), events_);
}

}  // namespace papr
