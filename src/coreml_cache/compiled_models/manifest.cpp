// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <algorithm>
#include <utility>

#include "../../base/text_line.h"
#include "text_fields.h"

namespace papr {
namespace {

constexpr std::string_view kFirstLine = "papr compiled model 1";
constexpr std::string_view kKey = "key ";

std::optional<ManifestFile> parse_file(std::string_view line) {
  const auto fields = split(line, ' ');
  if (fields.size() != 3 || !is_sha256(fields[0])) return std::nullopt;
  const auto bytes = parse_number(fields[1]);
  auto path = unescaped(fields[2]);
  if (!bytes || !path || path->empty() || path->contains('\0')) return std::nullopt;
  return ManifestFile{std::move(*path), static_cast<std::uint64_t>(*bytes), std::string(fields[0])};
}

bool is_hidden(std::string_view path) { return path.starts_with('.') || path.contains("/."); }

std::string quoted(const std::string& path) { return '"' + one_line(path, 200) + '"'; }

}  // namespace

std::uint64_t bytes_of(const Manifest& manifest) {
  std::uint64_t bytes = 0;
  for (const ManifestFile& file : manifest.files) bytes += file.bytes;
  return bytes;
}

std::string text_of(const Manifest& manifest) {
  std::string body = std::string(kFirstLine) + '\n' + std::string(kKey) + manifest.key + '\n';
  for (const ManifestFile& file : manifest.files) {
    body += file.sha256 + ' ' + std::to_string(file.bytes) + ' ' + escaped(file.path) + '\n';
  }
  return with_checksum(std::move(body));
}

std::optional<Manifest> parse_manifest(std::string_view text) {
  const auto body = without_checksum(text);
  if (!body) return std::nullopt;
  const auto lines = split(*body, '\n');  // the last is empty: the body ends in a newline
  if (lines.size() < 3 || lines[0] != kFirstLine || !lines[1].starts_with(kKey))
    return std::nullopt;
  Manifest manifest{std::string(lines[1].substr(kKey.size())), {}};
  for (std::size_t i = 2; i + 1 < lines.size(); ++i) {
    auto file = parse_file(lines[i]);
    if (!file) return std::nullopt;
    if (!manifest.files.empty() && manifest.files.back().path >= file->path) return std::nullopt;
    manifest.files.push_back(std::move(*file));
  }
  return manifest;
}

std::optional<std::string> difference(const Manifest& manifest,
                                      const std::vector<ManifestFile>& found) {
  auto next = found.begin();
  const auto skip_to = [&](const std::string* path) -> std::optional<std::string> {
    for (; next != found.end() && (path == nullptr || next->path < *path); ++next) {
      if (!is_hidden(next->path)) return quoted(next->path) + " is not of it";
    }
    return std::nullopt;
  };
  for (const ManifestFile& file : manifest.files) {
    if (auto more = skip_to(&file.path)) return more;
    if (next == found.end() || next->path != file.path) return quoted(file.path) + " is missing";
    if (next->bytes != file.bytes) return quoted(file.path) + " is of another size";
    if (next->sha256 != file.sha256) return quoted(file.path) + " has other bytes";
    ++next;
  }
  return skip_to(nullptr);
}

}  // namespace papr
