// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>

#include "../base/joining_thread.h"
#include "../base/self_path.h"
#include "../base/unique_fd.h"
#include "../base/write_all.h"
#include "papr/model_probe.h"
#include "probe_child.h"
#include "probe_text.h"

namespace papr {
namespace {

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
  explicit ParentWatch(std::int64_t parent)
      : thread_([this, parent] {
          constexpr std::chrono::milliseconds kLook(100);
          while (!done_) {
            if (::getppid() != parent) ::_exit(EXIT_FAILURE);
            std::this_thread::sleep_for(kLook);
          }
        }) {}
  ParentWatch(const ParentWatch&) = delete;
  ParentWatch& operator=(const ParentWatch&) = delete;
  ~ParentWatch() { done_ = true; }

 private:
  std::atomic<bool> done_ = false;
  JoiningThread thread_;
};

Result<ModelCheck> answer(const ProbeRequest& request, const MakeModelBackend& make_backend) {
  const auto watch = std::make_shared<KeepWatch>();
  const BackendOptions keep{.compiled_models = request.compiled_models, .events = watch};
  const auto first = make_backend(request.cold_and_warm ? BackendOptions{} : keep);
  const bool again = request.cold_and_warm && !request.compiled_models.empty();
  const auto keeping = again ? make_backend(keep) : nullptr;
  const SystemClock clock;
  auto check = check_model({.cold = *first,
                            .keeping = keeping.get(),
                            .clock = clock,
                            .budget_ms = request.budget_ms,
                            .how = request.how,
                            .operations = request.operations},
                           request.package);
  if (check && watch->failed()) check->warm_load_ms.reset();
  return check;
}

}  // namespace

std::optional<int> run_probe_child(std::span<const std::string> arguments,
                                   const MakeModelBackend& make_backend) {
  if (arguments.empty() || arguments.front() != kProbeWord) return std::nullopt;
  const auto request = parse_probe_request(arguments.subspan(1));
  if (!request) return EXIT_FAILURE;
  const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (out.get() < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return EXIT_FAILURE;
  const ParentWatch parent(request->parent);
  const std::string text = text_of(answer(*request, make_backend));
  return write_all(out.get(), text, "standard output") ? EXIT_SUCCESS : EXIT_FAILURE;
}

std::optional<int> run_as_model_probe(int argc, const char* const* argv) {
  if (argc < 2) return std::nullopt;
  return run_probe_child(std::vector<std::string>(argv + 1, argv + argc),
                         make_system_model_backend);
}

Result<std::vector<std::string>> model_probe_command() {
  const auto program = self_path();
  if (!program) return std::unexpected(program.error());
  return std::vector<std::string>{program->string(), kProbeWord};
}

}  // namespace papr
