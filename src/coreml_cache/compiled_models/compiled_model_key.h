// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// What a compiled model depends on. Only `ModelKey::make` says whether it is sound.
struct ModelKeyParts {
  std::string content_hash;  ///< of the package, see content_hash.h: 64 lowercase hex digits
  std::string os_build;  ///< of what compiles, as "24E214": 1 to 32 of A-Z a-z 0-9 and inner '.'
  std::uint32_t format = 1;      ///< of what our own code makes of the compiler's output
  std::uint32_t generation = 0;  ///< counted up to get a path that no runtime's cache has seen yet
  auto operator<=>(const ModelKeyParts&) const = default;
};

/// The name of one compiled model. Holds no '/', no leading '.', nothing that could lead out of the
/// folder in which it is used as a name.
class ModelKey {
 public:
  /// @error kInvalidArgument  a part is not as ModelKeyParts says; the message has the part.
  [[nodiscard]] static Result<ModelKey> make(ModelKeyParts parts);

  /// The key whose `name()` is exactly this; nothing for any other text.
  [[nodiscard]] static std::optional<ModelKey> parse(std::string_view name);

  /// "<content hash>-<OS build>-f<format>-g<generation>", at most 123 characters.
  [[nodiscard]] std::string name() const;

  [[nodiscard]] const ModelKeyParts& parts() const noexcept { return parts_; }
  [[nodiscard]] ModelKey with_generation(std::uint32_t generation) const;

  /// Whether both are the same model compiled for the same system, whatever their generations.
  [[nodiscard]] bool same_but_generation(const ModelKey& other) const;

  auto operator<=>(const ModelKey&) const = default;

 private:
  explicit ModelKey(ModelKeyParts parts) : parts_(std::move(parts)) {}
  ModelKeyParts parts_;
};

}  // namespace papr
