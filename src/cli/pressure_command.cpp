// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cerrno>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "../base/duration.h"
#include "../pressure/monitor_parts.h"
#include "command.h"
#include "event_sinks.h"
#include "pressure_report.h"
#include "pressure_settings.h"
#include "report.h"
#include "stop_signal.h"

namespace papr::cli {
namespace {

struct PressureArguments {
  std::string source;
  bool watch = false;
  std::string interval = "2s";
};

Result<std::chrono::milliseconds> interval_of(const std::string& text) {
  constexpr std::chrono::milliseconds kShortest(10);
  auto interval = parse_duration(text);
  if (!interval) return while_doing("read --interval", interval.error());
  if (*interval < kShortest) {
    return fail(ErrorCode::kInvalidArgument, "read --interval: shorter than 10ms",
                "write it like 500ms or 2s");
  }
  return interval;
}

ExitCode report_unreadable(Context& context, const GlobalOptions& global, Error error) {
  if (error.remedy.empty()) {
    error.remedy =
        "name another source with --source: none, macos, macos-tools, linux or file:PATH";
  }
  return report_error(context, global, error);
}

void print(Context& context, const GlobalOptions& global, const PressureReading& reading,
           std::string (*text)(const PressureReading&)) {
  if (global.json) {
    print_json(context, json_of(reading));
  } else {
    context.out << text(reading) << '\n';
  }
}

// Where the user named the source, not to be able to read it is a failure. Else the reading says
// so: nothing was asked for that could fail.
ExitCode read_once(PressureMeter& meter, bool named, Context& context,
                   const GlobalOptions& global) {
  const auto read = named ? meter.try_read() : meter.look();
  if (!read) return report_unreadable(context, global, read.error());
  print(context, global, *read, text_of);
  return read->state == PressureState::kUnreadable ? ExitCode::kDegraded : ExitCode::kOk;
}

// Whether the reader of our output is still there. Another failure to write stays an error.
bool flush(Context& context) {
  errno = 0;
  context.out.flush();
  if (context.out) return true;
  context.listener_left = errno == EPIPE;
  return false;
}

ExitCode watch(MonitorParts parts, bool named, std::chrono::milliseconds interval, Context& context,
               const GlobalOptions& global) {
  const auto stop = StopSignal::install();
  if (!stop) return report_error(context, global, stop.error());
  bool listening = true;
  // A source that cannot be read at all is an error; later on its line says so.
  auto monitor = MonitorParts::start(
      std::move(parts), {.interval = interval, .every_reading = true, .must_read = named},
      [&](const PressureReading& reading) {
        if (!listening) return;
        print(context, global, reading, line_of);
        listening = flush(context);
        if (!listening) stop->wake();
      });
  if (!monitor) return report_unreadable(context, global, monitor.error());
  stop->wait();
  monitor->stop();
  return ExitCode::kOk;
}

ExitCode pressure(const PressureArguments& arguments, Context& context,
                  const GlobalOptions& global) {
  const auto interval = interval_of(arguments.interval);
  if (!interval) return report_settings_error(context, global, interval.error());
  const auto options = pressure_options(arguments.source, context.environment);
  if (!options) return report_settings_error(context, global, options.error());
  // Quiet: what people are to read of it is the reading.
  const auto events = EventSinks::open({.json = global.json, .quiet = true}, context);
  if (!events) return report_error(context, global, events.error());
  auto parts = MonitorParts::of(*options, context.environment, events->get());
  if (!parts) return report_settings_error(context, global, parts.error());
  const bool named = !options->source.empty();
  return arguments.watch ? watch(std::move(*parts), named, *interval, context, global)
                         : read_once(*parts->meter, named, context, global);
}

}  // namespace

void add_pressure_command(CLI::App& app, Action& action) {
  auto arguments = std::make_shared<PressureArguments>();
  CLI::App* const command = app.add_subcommand("pressure", "how short of memory this machine is");
  command
      ->add_option(
          "--source", arguments->source,
          "none, macos, macos-tools, linux or file:PATH (default: $PAPR_PRESSURE_SOURCE, then "
          "what this system has)")
      ->type_name("NAME")
      ->check(not_empty());
  auto* const watched = command->add_flag("--watch", arguments->watch, "a line each interval");
  command->add_option("--interval", arguments->interval, "between two lines of --watch")
      ->type_name("TIME")
      ->needs(watched)
      ->capture_default_str();
  command->footer(R"(Examples:
  papr pressure --source linux
  papr --json pressure --source linux --watch --interval 500ms
  echo '{"level": "critical"}' > drill.json && papr pressure --source file:drill.json

Thresholds: PAPR_PRESSURE_WARN_FREE_PERCENT (40), PAPR_PRESSURE_CRITICAL_FREE_PERCENT (20),
PAPR_PRESSURE_SWAP_PAGES (100000000). Off macOS nothing is read unless a source is named.)");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return pressure(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
