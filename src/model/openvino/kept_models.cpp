// SPDX-License-Identifier: Apache-2.0
#include "kept_models.h"

#include <cerrno>
#include <fstream>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/sha256.h"
#include "../../coreml_cache/compiled_models/content_hash.h"

namespace papr {
namespace {

constexpr const char* kBlob = "model.blob";
constexpr std::uint64_t kLimitBytes = 4'000'000'000;

// OpenVINO takes the place of the operating system in a key: it is what compiles.
std::string os_build_of(const std::string& compiler) {
  Sha256 hash;
  hash.update(compiler);
  return "ov" + hash.hex().substr(0, 30);
}

/// What a mapped blob needs. Goes from its end on: the mapping, then the model, of which the events
/// may have to tell.
struct KeptBlob {
  std::shared_ptr<EventSink> events;
  HeldModel held;
  std::shared_ptr<const void> mapping;
};

Result<> write_blob(const std::filesystem::path& folder,
                    const std::function<void(std::ostream&)>& write) {
  const std::filesystem::path path = folder / kBlob;
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  if (file) write(file);
  file.close();
  if (!file) return fail_errno("write", path, errno == 0 ? EIO : errno);
  return {};
}

}  // namespace

KeptModels::KeptModels(const std::filesystem::path& folder, std::shared_ptr<EventSink> events)
    : folder_(folder), events_(std::move(events)) {}

CompiledModelStoreOptions KeptModels::options() const {
  return {.folder = folder_, .limit_bytes = kLimitBytes, .events = events_.get()};
}

Result<ModelKey> KeptModels::key_of(const std::filesystem::path& package,
                                    const std::string& compiler) const {
  auto hash = content_hash(package, options());
  if (!hash) return std::unexpected(hash.error());
  return ModelKey::make({.content_hash = std::move(*hash), .os_build = os_build_of(compiler)});
}

Result<MappedFile> KeptModels::find(const ModelKey& key) const {
  auto held = CompiledModelStore(options()).find(key);
  if (!held) return std::unexpected(held.error());
  auto blob = make_disk_file_reader()->map(held->path() / kBlob);
  if (!blob) return blob;
  blob->owner =
      std::make_shared<KeptBlob>(KeptBlob{events_, std::move(*held), std::move(blob->owner)});
  return blob;
}

void KeptModels::forget(const ModelKey& key) const {
  const auto removed = CompiledModelStore(options()).remove(key);
  if (!removed) tell_not_kept(removed.error());
}

void KeptModels::refused(const ModelKey& key, const Error& error) const {
  if (events_) {
    events_->on_event({.name = "compiled_model_refused", .fields = {{"reason", error.message}}});
  }
  forget(key);
}

void KeptModels::keep(const ModelKey& key, const std::filesystem::path& package,
                      const std::function<void(std::ostream&)>& write) const {
  if (const auto kept = try_keep(key, package, write); !kept) tell_not_kept(kept.error());
}

Result<> KeptModels::try_keep(const ModelKey& key, const std::filesystem::path& package,
                              const std::function<void(std::ostream&)>& write) const {
  const CompiledModelStore store(options());
  const auto fill = [&](const std::filesystem::path& folder) -> Result<> {
    if (auto written = write_blob(folder, write); !written) return written;
    // Last, because what is written comes out of the mapped package.
    const auto now = content_hash(package, options());
    if (!now) return std::unexpected(now.error());
    if (*now == key.parts().content_hash) return {};
    return fail(ErrorCode::kUnavailable, "the package changed while it was loaded");
  };
  // The model's end waits for this, and whoever else is at it may have been stopped.
  const auto put = store.put(key, fill, {.deadline = SteadyTime::min()});
  if (!put && put.error().code == ErrorCode::kTimeout) return {};  // kept by another
  if (!put) return std::unexpected(put.error());
  // Here rather than at each start: this is not waited for. The store tells what goes wrong.
  static_cast<void>(store.purge(PurgeScope::kLeftovers));
  return {};
}

void KeptModels::tell_not_kept(const Error& error) const {
  if (!events_) return;
  events_->on_event({.name = "compiled_model_not_kept", .fields = {{"reason", error.message}}});
}

}  // namespace papr
