// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace papr {

/// One file of a compiled model.
struct ManifestFile {
  std::string path;  ///< below the content folder, parts joined by '/'; any bytes but NUL
  std::uint64_t bytes = 0;
  std::string sha256;
  bool operator==(const ManifestFile&) const = default;
};

/// What a whole entry holds. docs/formats/compiled-models.md has the text form.
struct Manifest {
  std::string key;                  ///< ModelKey::name() of the entry
  std::vector<ManifestFile> files;  ///< by path, each once
  bool operator==(const Manifest&) const = default;
};

[[nodiscard]] std::uint64_t bytes_of(const Manifest& manifest);

[[nodiscard]] std::string text_of(const Manifest& manifest);

/// Nothing for a text that `text_of` did not make, or of which anything is missing.
[[nodiscard]] std::optional<Manifest> parse_manifest(std::string_view text);

/// Why the files that were found are not those of the manifest: `"weights/weight.bin" is missing`.
/// Nothing when they are. `found` is by path. A file whose name, or whose folder's name, starts
/// with a '.' may be there without being in the manifest: file managers leave such.
[[nodiscard]] std::optional<std::string> difference(const Manifest& manifest,
                                                    const std::vector<ManifestFile>& found);

}  // namespace papr
