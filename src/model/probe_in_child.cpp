// SPDX-License-Identifier: Apache-2.0
#include "probe_in_child.h"

#include <csignal>
#include <optional>
#include <utility>

#include "probe_child.h"
#include "process_identity.h"

namespace papr {
namespace {

using How = ProbeEnd::How;

// As CommandOutput and shells have them.
constexpr int kSignalled = 128;  // and the signal's number
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
// Of a model with ten thousand operations it is three.
constexpr std::size_t kLongestAnswerBytes = std::size_t{64} << 20;

std::string name_of_signal(int number) {
  switch (number) {
    case SIGABRT:
      return "abort";
    case SIGSEGV:
      return "segmentation fault";
    case SIGBUS:
      return "bus error";
    case SIGKILL:
      return "killed";
    case SIGILL:
      return "illegal instruction";
    case SIGTRAP:
      return "trap";
    default:
      return "signal " + std::to_string(number);
  }
}

ProbeEnd ended(How how, ErrorCode code, const ProbeRequest& request, const std::string& what) {
  return {how, fail(code, "try \"" + request.package.string() + "\" in a child process: " + what)};
}

// What somebody or the system asks of any process says nothing of the model.
bool is_from_outside(int signal) {
  return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT ||
         signal == SIGXCPU || signal == SIGXFSZ;
}

ProbeEnd ended_with(int code, const ProbeRequest& request) {
  const int signal = code - kSignalled;
  const std::string what = signal > 0 ? "the child died: " + name_of_signal(signal)
                                      : "the child ended with code " + std::to_string(code);
  const bool not_tried = code == kProbeNotBegun || code == kNotExecutable || code == kNotFound ||
                         is_from_outside(signal);
  return ended(not_tried ? How::kNotStarted : How::kDied, ErrorCode::kUnavailable, request, what);
}

}  // namespace

std::string_view name_of(How how) noexcept {
  switch (how) {
    case How::kAnswered:
      return "answered";
    case How::kDied:
      return "died";
    case How::kNotStarted:
      return "not_started";
  }
  return "not_started";  // Unreachable; no default above, so -Wswitch finds a new value.
}

ProbeEnd probe_in_child(ProbeRequest request, const ProbeHow& how, Subprocess& subprocess) {
  request.parent = current_process().pid;
  if (how.command.empty()) {
    return ended(How::kNotStarted, ErrorCode::kUnsupported, request,
                 "how this program is started is not known");
  }
  Command command{
      .argv = how.command, .time_limit = how.limit, .output_limit_bytes = kLongestAnswerBytes};
  for (std::string& word : words_of(request)) command.argv.push_back(std::move(word));
  const auto output = subprocess.run(command);
  if (!output) {
    if (output.error().code != ErrorCode::kTimeout) {
      return {How::kNotStarted, std::unexpected(output.error())};
    }
    return ended(How::kDied, ErrorCode::kTimeout, request,
                 "no answer within " + std::to_string(how.limit.count()) + " ms");
  }
  // An answer that is whole counts, even of a child that died afterwards.
  if (auto answer = parse_probe_answer(output->out)) return {How::kAnswered, std::move(*answer)};
  return ended_with(output->exit_code, request);
}

ModelProbe make_model_probe(const std::vector<std::string>& command,
                            const std::filesystem::path& compiled_models) {
  if (command.empty()) return {};
  return [how = ProbeHow{.command = command}, compiled_models](ProbeRequest request) {
    request.compiled_models = compiled_models;
    return probe_in_child(request, how, *make_subprocess());
  };
}

}  // namespace papr
