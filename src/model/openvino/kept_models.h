// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "../../base/file_reader.h"
#include "../../coreml_cache/compiled_models/compiled_model_store.h"
#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// Models that OpenVINO compiled, kept between starts in a store of compiled models. What does not
/// go well costs the next load a compilation and never fails one; events say so. A value.
///
/// Events beside the store's own: "compiled_model_refused" {reason}: the runtime did not take what
/// was kept; "compiled_model_not_kept" {reason}.
class KeptModels {
 public:
  /// `events` may be null.
  KeptModels(const std::filesystem::path& folder, std::shared_ptr<EventSink> events);

  /// The key of a package for what compiles it (compiler_identity). Reads what of the package has
  /// changed since it was last read.
  /// @error as content_hash
  [[nodiscard]] Result<ModelKey> key_of(const std::filesystem::path& package,
                                        const std::string& compiler) const;

  /// What was kept, mapped. In use for the store as long as it is mapped: it stays readable whoever
  /// removes it meanwhile, and its bytes are freed with the last mapping.
  /// @error kNotFound     there is none, or it was damaged and has been removed.
  /// @error kUnavailable
  [[nodiscard]] Result<MappedFile> find(const ModelKey& key) const;

  /// Removes what was kept, because the runtime did not take it or was not to be asked.
  void forget(const ModelKey& key) const;
  void refused(const ModelKey& key, const Error& error) const;

  /// Keeps what `write` writes, unless the package has changed since it was compiled, or another
  /// process or thread is keeping it at this moment. Waits for nobody.
  void keep(const ModelKey& key, const std::filesystem::path& package,
            const std::function<void(std::ostream&)>& write) const;

  void tell_not_kept(const Error& error) const;

 private:
  [[nodiscard]] Result<> try_keep(const ModelKey& key, const std::filesystem::path& package,
                                  const std::function<void(std::ostream&)>& write) const;
  [[nodiscard]] CompiledModelStoreOptions options() const;

  std::filesystem::path folder_;
  std::shared_ptr<EventSink> events_;
};

}  // namespace papr
