// SPDX-License-Identifier: Apache-2.0
#include "waiting_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

namespace papr::cli {
namespace {

constexpr const char* kEmptyLine = "\r\033[K";

}  // namespace

std::string waiting_text(const std::string& text, long long seconds, std::size_t most_columns) {
  const std::string time = seconds < 60 ? fmt::format("  {} s", seconds)
                                        : fmt::format("  {}:{:02} min", seconds / 60, seconds % 60);
  if (time.size() >= most_columns) return time.substr(0, most_columns);
  return text.substr(0, most_columns - time.size()) + time;
}

WaitingLine::WaitingLine(std::ostream& err, std::string text, int width_columns)
    : err_(err),
      text_(std::move(text)),
      most_columns_(static_cast<std::size_t>(std::max(width_columns - 1, 0))),
      thread_([this] { draw(); }) {}

WaitingLine::~WaitingLine() {
  const std::lock_guard lock(mutex_);
  done_ = true;
  changed_.notify_one();
}

void WaitingLine::draw() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  for (long long seconds = 0; !done_; ++seconds) {
    // What takes no second needs no line.
    if (seconds > 0)
      err_ << kEmptyLine << waiting_text(text_, seconds, most_columns_) << std::flush;
    changed_.wait_until(lock, start + std::chrono::seconds(seconds + 1), [this] { return done_; });
  }
  err_ << kEmptyLine << std::flush;
}

}  // namespace papr::cli
