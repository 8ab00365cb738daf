// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "../base/clock.h"
#include "../base/unique_fd.h"
#include "papr/events.h"
#include "papr/result.h"

namespace papr::cli {

/// Appends every event to a file (0600), one JSON object a line: {"at", "event", ...its fields}.
/// Several processes may write to one file: a line is one write.
class EventFile final : public EventSink {
 public:
  /// @error as open(2): the path is not writable.
  [[nodiscard]] static Result<std::unique_ptr<EventFile>> open(const std::filesystem::path& path);

  void on_event(const Event& event) noexcept override;

 private:
  explicit EventFile(UniqueFd file) noexcept;
  UniqueFd file_;
  SystemClock clock_;
};

}  // namespace papr::cli
