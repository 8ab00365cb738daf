// SPDX-License-Identifier: Apache-2.0
#include "macos_tools_source.h"

#include <future>
#include <string>
#include <utility>

#include "memory_pressure_output.h"

namespace papr {
namespace {

// Less than 2 s with what starting and killing takes.
constexpr std::chrono::milliseconds kTimeLimit{1800};
constexpr std::size_t kOutputLimitBytes = 65536;  // the longest recorded output has 2 KB

enum class OnExit { kMustBeZero, kMayBeAny };

Result<std::string> output_of(Subprocess& subprocess, std::vector<std::string> argv,
                              OnExit on_exit) {
  const Command command{
      .argv = std::move(argv), .time_limit = kTimeLimit, .output_limit_bytes = kOutputLimitBytes};
  auto output = subprocess.run(command);
  if (!output) return std::unexpected(output.error());
  if (output->exit_code != 0 && (on_exit == OnExit::kMustBeZero || output->out.empty())) {
    return fail(ErrorCode::kUnavailable, "run \"" + command.argv.front() + "\": exit code " +
                                             std::to_string(output->exit_code));
  }
  return std::move(output->out);
}

template <class T>
Result<T> parsed(const Result<std::string>& output, Result<T> (*parse)(std::string_view)) {
  return output ? parse(*output) : std::unexpected(output.error());
}

class MacosToolsSource final : public MemorySource {
 public:
  explicit MacosToolsSource(std::unique_ptr<Subprocess> subprocess)
      : subprocess_(std::move(subprocess)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "macos-tools"; }
  [[nodiscard]] bool is_quick() const noexcept override { return false; }

  Result<MemorySample> sample(SteadyTime now) override {
    // Without a launch policy: where no thread can be started it runs late, but it runs.
    auto memory_pressure = std::async([this] {
      return parsed(output_of(*subprocess_, {"memory_pressure", "-Q"}, OnExit::kMustBeZero),
                    parse_memory_pressure);
    });
    auto vm_stat = std::async([this] {
      return parsed(output_of(*subprocess_, {"vm_stat"}, OnExit::kMustBeZero), parse_vm_stat);
    });
    // sysctl ends with 1 when it does not know one of the names, and prints the others.
    const auto sysctl =
        parsed(output_of(*subprocess_,
                         {"sysctl", "vm.swapusage", "kern.memorystatus_vm_pressure_level",
                          "kern.memorystatus_level"},
                         OnExit::kMayBeAny),
               parse_sysctl);
    auto sample = sample_of_tools(memory_pressure.get(), vm_stat.get(), sysctl);
    if (sample) sample->taken_at = now;
    return sample;
  }

 private:
  std::unique_ptr<Subprocess> subprocess_;
};

std::unexpected<Error> fail_all(const Error& first, const Error& second, const Error& third) {
  // One code for three: what is not installed will not be next time, what was late may be in time.
  const bool same = first.code == second.code && second.code == third.code;
  return fail(same ? first.code : ErrorCode::kUnavailable,
              first.message + "; " + second.message + "; " + third.message,
              "these commands are part of macOS; elsewhere name another source");
}

}  // namespace

Result<MemorySample> sample_of_tools(const Result<double>& memory_pressure,
                                     const Result<VmStat>& vm_stat,
                                     const Result<SysctlOutput>& sysctl) {
  if (!memory_pressure && !vm_stat && !sysctl) {
    return fail_all(memory_pressure.error(), vm_stat.error(), sysctl.error());
  }
  MemorySample sample;
  if (sysctl) {
    sample.swap_used_bytes = sysctl->swap_used_bytes;
    sample.kernel_level = sysctl->kernel_level;
  }
  if (vm_stat) {
    sample.page_size_bytes = vm_stat->page_size_bytes;
    sample.page_ins = vm_stat->page_ins;
    sample.page_outs = vm_stat->page_outs;
    sample.swap_ins = vm_stat->swap_ins;
    sample.swap_outs = vm_stat->swap_outs;
  }
  if (memory_pressure) {
    sample.free_percent = *memory_pressure;
  } else if (sysctl && sysctl->free_percent) {
    sample.free_percent = sysctl->free_percent;
  } else if (vm_stat) {
    sample.free_percent = free_percent_of(*vm_stat);
  }
  return sample;
}

std::unique_ptr<MemorySource> make_macos_tools_source(std::unique_ptr<Subprocess> subprocess) {
  return std::make_unique<MacosToolsSource>(std::move(subprocess));
}

}  // namespace papr
