// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <iosfwd>
#include <mutex>
#include <string>

#include "../base/joining_thread.h"

namespace papr::cli {

/// While it lives, a line of the terminal says what is waited for and for how long, once a second.
/// It leaves the line empty. Nobody else may write to `err` in the meantime.
class WaitingLine {
 public:
  WaitingLine(std::ostream& err, std::string text, int width_columns);
  ~WaitingLine();
  WaitingLine(const WaitingLine&) = delete;
  WaitingLine& operator=(const WaitingLine&) = delete;

 private:
  void draw();

  std::ostream& err_;
  std::string text_;
  std::size_t most_columns_;  // the last stays free: a terminal may wrap when it is written to
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;  // guarded by mutex_
  JoiningThread thread_;
};

/// `text  1:05 min`, after `seconds`, the text cut where it has no room in `most_columns`. ASCII.
/// Pure.
[[nodiscard]] std::string waiting_text(const std::string& text, long long seconds,
                                       std::size_t most_columns);

}  // namespace papr::cli
