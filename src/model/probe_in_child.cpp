// SPDX-License-Identifier: Apache-2.0
#include "probe_in_child.h"

#include <csignal>
#include <optional>
#include <utility>

#include "process_identity.h"

namespace papr {
namespace {

using How = ProbeEnd::How;

constexpr int kSignalled = 128;  // as CommandOutput has it: 128 + the signal's number

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

// A child of ours that could not begin says so with a code, as does a program that knows of no
// probes. Only what ends a process from within or from outside is held against the model.
ProbeEnd ended_with(int code, const ProbeRequest& request) {
  if (code > kSignalled) {
    return ended(How::kDied, ErrorCode::kUnavailable, request,
                 "it was ended: " + name_of_signal(code - kSignalled));
  }
  return ended(How::kNotStarted, ErrorCode::kUnavailable, request,
               "it ended with code " + std::to_string(code));
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
  Command command{.argv = how.command, .time_limit = how.limit};
  for (std::string& word : words_of(request)) command.argv.push_back(std::move(word));
  const auto output = subprocess.run(command);
  if (!output) {
    if (output.error().code != ErrorCode::kTimeout) {
      return {How::kNotStarted, std::unexpected(output.error())};
    }
    return ended(How::kDied, ErrorCode::kTimeout, request,
                 "no answer within " + std::to_string(how.limit.count()) + " ms");
  }
  if (output->exit_code != 0) return ended_with(output->exit_code, request);
  auto answer = parse_probe_answer(output->out);
  if (!answer)
    return ended(How::kNotStarted, ErrorCode::kUnsupported, request, "it gave no answer");
  return {How::kAnswered, std::move(*answer)};
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
