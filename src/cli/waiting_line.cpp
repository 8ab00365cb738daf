// SPDX-License-Identifier: Apache-2.0
#include "waiting_line.h"

#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <utility>

namespace papr::cli {
namespace {

constexpr const char* kEmptyLine = "\r\033[K";

}  // namespace

std::string waiting_text(const std::string& text, long long seconds) {
  if (seconds < 60) return fmt::format("{}  {} s", text, seconds);
  return fmt::format("{}  {}:{:02} min", text, seconds / 60, seconds % 60);
}

WaitingLine::WaitingLine(std::ostream& err, std::string text)
    : err_(err), text_(std::move(text)), thread_([this] { draw(); }) {}

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
    if (seconds > 0) err_ << kEmptyLine << waiting_text(text_, seconds) << std::flush;
    changed_.wait_until(lock, start + std::chrono::seconds(seconds + 1), [this] { return done_; });
  }
  err_ << kEmptyLine << std::flush;
}

}  // namespace papr::cli
