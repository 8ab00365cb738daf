// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "context.h"
#include "event_file.h"
#include "human_sink.h"
#include "load_timer.h"
#include "papr/events.h"
#include "papr/result.h"
#include "settings.h"

namespace papr::cli {

/// Where a command's events go: lines for a person on stderr, and the file that PAPR_EVENTS_FILE
/// names. Also keeps how long loading took.
class EventSinks final : public EventSink {
 public:
  /// @error kInvalidArgument, kUnavailable  the file cannot be written.
  [[nodiscard]] static Result<std::unique_ptr<EventSinks>> open(const GlobalOptions& options,
                                                                Context& context) {
    auto sinks = std::make_unique<EventSinks>();
    if (!options.quiet && !options.json) sinks->human_ = std::make_unique<HumanSink>(context.err);
    if (const auto path = context.environment("PAPR_EVENTS_FILE")) {
      auto file = EventFile::open(*path);
      if (!file) return std::unexpected(file.error());
      sinks->file_ = std::move(*file);
    }
    return sinks;
  }

  void on_event(const Event& event) noexcept override {
    if (human_) human_->on_event(event);
    if (file_) file_->on_event(event);
    load_timer_.on_event(event);
  }

  [[nodiscard]] const LoadTimer& load_timer() const noexcept { return load_timer_; }

 private:
  std::unique_ptr<HumanSink> human_;
  std::unique_ptr<EventFile> file_;
  LoadTimer load_timer_;
};

}  // namespace papr::cli
