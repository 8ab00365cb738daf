// SPDX-License-Identifier: Apache-2.0
#include "load_interrupt.h"

#include <system_error>
#include <utility>

#include "../base/state_file.h"
#include "../model/load_ledger.h"

namespace papr::cli {

std::unique_ptr<LoadInterrupt> LoadInterrupt::watch(std::filesystem::path state_file) try {
  auto stop = StopSignal::install();
  if (!stop) return nullptr;
  std::unique_ptr<LoadInterrupt> watcher(new LoadInterrupt(std::move(*stop)));
  watcher->thread_ = JoiningThread([self = watcher.get(), path = std::move(state_file)] {
    self->stop_.wait();
    if (self->done_) return;
    StateFile state(path);
    (void)forget_load_marks(state);
    StopSignal::raise_again();
  });
  return watcher;
} catch (const std::system_error&) {
  return nullptr;
}

LoadInterrupt::~LoadInterrupt() {
  done_ = true;
  stop_.wake();
}

}  // namespace papr::cli
