// SPDX-License-Identifier: Apache-2.0
#include "event_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "../base/errno_error.h"
#include "../base/utc_text.h"

namespace papr::cli {

Result<std::unique_ptr<EventFile>> EventFile::open(const std::filesystem::path& path) {
  // Without waiting for whoever is to read it, where it is a pipe: no search waits for its log.
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!file.valid()) {
    auto error = fail_errno("open events file", path, errno);
    error.error().remedy = "PAPR_EVENTS_FILE names a file that can be written; or unset it";
    return error;
  }
  return std::unique_ptr<EventFile>(new EventFile(std::move(file)));
}

EventFile::EventFile(UniqueFd file) noexcept : file_(std::move(file)) {}

void EventFile::on_event(const Event& event) noexcept try {
  nlohmann::ordered_json line = {{"at", utc_text(clock_.wall_now())}, {"event", event.name}};
  for (const EventField& field : event.fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  // A full disk, or a pipe that nobody reads, costs a line of log, not the answer.
  [[maybe_unused]] const auto written = ::write(file_.get(), text.data(), text.size());
} catch (...) {
  // As for want of memory.
}

}  // namespace papr::cli
