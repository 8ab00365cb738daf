// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "counted_ranges.h"
#include "survey.h"

namespace papr {

/// Measures one entry after the other. What shares its storage with something measured before, as a
/// hard link or a clone, adds nothing.
class EntryMeter {
 public:
  explicit EntryMeter(SurveyProgress progress) : progress_(std::move(progress)) {}

  /// The child `name` of an open folder; nothing where there is none any more.
  [[nodiscard]] std::optional<CacheEntry> measure(int folder, const std::string& name);

 private:
  class Visitor;

  void count(std::uint64_t bytes);
  /// Bytes on disk of a file that nothing measured before has already counted.
  [[nodiscard]] std::uint64_t own_bytes(int parent, const std::string& name,
                                        const struct stat& status);

  SurveyProgress progress_;
  SurveyCount so_far_;
  std::set<FileId> linked_;
  std::map<FileId, CountedRanges> shared_;  ///< by device and storage
};

}  // namespace papr
