// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "../../coreml_cache/compiled_models/compiled_model_store.h"
#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// Compiles a package into a new temporary folder, which whoever calls it has to delete, and gives
/// its path. May take minutes.
using CompilePackage =
    std::function<Result<std::filesystem::path>(const std::filesystem::path& package)>;

/// A compiled model (a folder `*.mlmodelc`) that stays where it is while this object lives.
/// Move-only.
class CompiledPackage {
 public:
  /// One that somebody else keeps.
  explicit CompiledPackage(std::filesystem::path path);
  /// One of a store. `events` are the store's; they live as long as this.
  CompiledPackage(HeldModel held, std::shared_ptr<EventSink> events);
  /// One that nobody keeps: deleted with this object.
  [[nodiscard]] static CompiledPackage temporary(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::shared_ptr<EventSink> events_;
  std::optional<HeldModel> held_;
  std::shared_ptr<const void> temporary_;
};

/// Compiled packages, kept between starts in a store of compiled models: each is compiled once for
/// all processes. What does not go well with keeping costs a compilation and never a load; events
/// say so. A value.
///
/// Events beside the store's own: "compiled_model_not_kept" {reason}.
class CompiledPackages {
 public:
  /// `folder` may be empty: nothing is kept then. `events` may be null. `os_build` may be empty.
  CompiledPackages(std::filesystem::path folder, std::shared_ptr<EventSink> events,
                   std::string os_build);

  [[nodiscard]] bool keeps() const noexcept { return !folder_.empty(); }

  /// The package, compiled: the newest generation that is kept, or else by `compile`. `fresh` is a
  /// new generation, so a path that Core ML's own cache has not seen. Waits while another process
  /// compiles the same.
  /// @error what `compile` gave.
  [[nodiscard]] Result<CompiledPackage> get(const std::filesystem::path& package, bool fresh,
                                            const CompilePackage& compile) const;

 private:
  [[nodiscard]] CompiledModelStoreOptions options() const;
  [[nodiscard]] Result<CompiledPackage> get_kept(const std::filesystem::path& package, bool fresh,
                                                 const CompilePackage& compile) const;
  [[nodiscard]] Result<ModelKey> key_of(const std::filesystem::path& package) const;

  std::filesystem::path folder_;
  std::shared_ptr<EventSink> events_;
  std::string os_build_;
};

}  // namespace papr
