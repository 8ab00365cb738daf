// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "../base/joining_thread.h"
#include "../base/self_path.h"
#include "../base/unique_fd.h"
#include "../base/write_all.h"
#include "papr/model_probe.h"
#include "probe_child.h"
#include "probe_text.h"

namespace papr {
namespace {

// Of the process as a whole: what its `main` does.
std::atomic<bool> asked_whether_probe = false;

/// Whether what was compiled could be kept.
class KeepWatch final : public EventSink {
 public:
  void on_event(const Event& event) noexcept override {
    if (event.name == "compiled_model_not_kept") failed_ = true;
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  std::atomic<bool> failed_ = false;  // told of by a thread beside the predictions
};

/// Ends this process when its parent is gone: nobody waits for the answer, and a load that hangs
/// would stay for ever.
class ParentWatch {
 public:
  explicit ParentWatch(std::int64_t parent) : parent_(parent), thread_([this] { watch(); }) {}
  ParentWatch(const ParentWatch&) = delete;
  ParentWatch& operator=(const ParentWatch&) = delete;
  ~ParentWatch() {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_one();
  }

 private:
  void watch() {
    constexpr std::chrono::milliseconds kLook(100);
    std::unique_lock lock(mutex_);
    while (!done_) {
      if (::getppid() != parent_) ::_exit(kProbeNotBegun);
      changed_.wait_for(lock, kLook);
    }
  }

  const std::int64_t parent_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;  // guarded by mutex_
  JoiningThread thread_;
};

Result<ModelCheck> answer(const ProbeRequest& request, const MakeModelBackend& make_backend) {
  const auto watch = std::make_shared<KeepWatch>();
  const BackendOptions keep{.compiled_models = request.compiled_models, .events = watch};
  if (request.operations) {
    auto operations = make_backend(keep)->operations(request.package, request.how);
    if (!operations) return std::unexpected(operations.error());
    return ModelCheck{.operations = std::move(*operations)};
  }
  const auto first = make_backend(request.cold_and_warm ? BackendOptions{} : keep);
  const bool keeps = !request.compiled_models.empty();
  const auto keeping = request.cold_and_warm && keeps ? make_backend(keep) : nullptr;
  const SystemClock clock;
  auto check = check_model({.cold = *first,
                            .keeping = keeping.get(),
                            .clock = clock,
                            .budget_ms = request.budget_ms,
                            .how = request.how},
                           request.package);
  if (!check) return check;
  check->kept = keeps && !watch->failed();
  if (!check->kept) check->warm_load_ms.reset();
  return check;
}

int work(std::span<const std::string> words, const MakeModelBackend& make_backend) {
  const auto request = parse_probe_request(words);
  if (!request) return kProbeNotBegun;
  // A limit on files costs what would be kept, and not the process.
  ::signal(SIGXFSZ, SIG_IGN);
  const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (out.get() < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return kProbeNotBegun;
  const ParentWatch parent(request->parent);
  const std::string text = text_of(answer(*request, make_backend));
  return write_all(out.get(), text, "standard output") ? EXIT_SUCCESS : kProbeNotBegun;
}

}  // namespace

std::optional<int> run_probe_child(std::span<const std::string> arguments,
                                   const MakeModelBackend& make_backend) {
  asked_whether_probe = true;
  if (arguments.empty() || arguments.front() != kProbeWord) return std::nullopt;
  try {
    return work(arguments.subspan(1), make_backend);
  } catch (const std::exception&) {  // as when the system gives no thread
    return kProbeNotBegun;
  }
}

std::optional<int> run_as_model_probe(int argc, const char* const* argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return run_probe_child(arguments, make_system_model_backend);
}

Result<std::vector<std::string>> model_probe_command() {
  if (!asked_whether_probe) {
    return fail(ErrorCode::kInvalidArgument,
                "name probe command: run_as_model_probe was not called",
                "call it before all else in main");
  }
  const auto program = self_path();
  if (!program) return std::unexpected(program.error());
  return std::vector<std::string>{program->string(), kProbeWord};
}

}  // namespace papr
