// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <nlohmann/json_fwd.hpp>

#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// What several processes of ours must remember together: one small JSON object on disk, its
/// top-level keys each belonging to one module. 0600 in a folder of 0700.
///
/// Safe to use from several threads and processes: `update` holds a lock file from reading to
/// writing. A process that is killed at any moment leaves the old or the new object. Nothing is
/// opened or created before the first call.
class StateFile {
 public:
  /// `events` may be null and must outlive the object.
  explicit StateFile(std::filesystem::path path, EventSink* events = nullptr);

  /// The object as it is now; an empty one when there is no file. A file that is no JSON object
  /// counts as an empty one too, and is told of with the event "state_reset".
  /// @error kUnavailable  it is there but cannot be read.
  [[nodiscard]] Result<nlohmann::json> read();

  /// Reads, lets `change` edit the object, and writes it. When `change` gives an error nothing is
  /// written and the error is handed on. `change` must not call the file.
  /// @error kUnavailable  cannot be locked within 2 s, or written; kDiskFull. The old object stays.
  [[nodiscard]] Result<> update(const std::function<Result<>(nlohmann::json& state)>& change);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  EventSink* events_;
  std::mutex mutex_;
};

}  // namespace papr
