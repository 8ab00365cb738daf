// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cerrno>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "../base/clock.h"
#include "../base/duration.h"
#include "../base/state_file.h"
#include "../base/user_folders.h"
#include "../pressure/monitor_parts.h"
#include "../pressure/reading.h"
#include "command.h"
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

// What `papr pressure` works with once its arguments are read.
struct Reader {
  MonitorParts parts;
  std::string source;  ///< as in JSON output
  bool named = false;  ///< by the user: then not to be able to read it is a failure
};

// Says so in the reading where nobody named the source: nothing was asked for that could fail.
PressureReading reading_of(const Reader& reader, const Result<PressureReading>& read) {
  if (read) return *read;
  return unreadable_reading(reader.source, read.error(), SystemClock().wall_now());
}

void print(Context& context, const GlobalOptions& global, const PressureReading& reading,
           std::string (*text)(const PressureReading&)) {
  if (global.json) {
    print_json(context, json_of(reading));
  } else {
    context.out << text(reading) << '\n';
  }
}

ExitCode read_once(Reader& reader, Context& context, const GlobalOptions& global) {
  const auto read = reader.parts.meter->try_read();
  if (!read && reader.named) return report_unreadable(context, global, read.error());
  print(context, global, reading_of(reader, read), text_of);
  return read ? ExitCode::kOk : ExitCode::kDegraded;
}

// Whether the reader of our output is still there. Another failure to write stays an error.
bool flush(Context& context) {
  errno = 0;
  context.out.flush();
  if (context.out) return true;
  context.listener_left = errno == EPIPE;
  return false;
}

ExitCode watch(Reader reader, std::chrono::milliseconds interval, Context& context,
               const GlobalOptions& global) {
  const auto stop = StopSignal::install();
  if (!stop) return report_error(context, global, stop.error());
  // A source that cannot be read at all is an error; later on its line says so.
  const auto read = reader.parts.meter->try_read();
  if (!read && reader.named) return report_unreadable(context, global, read.error());
  bool listening = true;
  auto monitor =
      MonitorParts::start(std::move(reader.parts), {.interval = interval, .every_reading = true},
                          [&](const PressureReading& reading) {
                            if (!listening) return;
                            print(context, global, reading, line_of);
                            listening = flush(context);
                            if (!listening) stop->wake();
                          });
  if (!monitor) return report_error(context, global, monitor.error());
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
  auto source = make_memory_source(options->source);
  if (!source) return report_settings_error(context, global, source.error());
  Reader reader{.parts = {.clock = std::make_shared<const SystemClock>(),
                          .wake = arguments.watch ? make_pressure_wake() : nullptr},
                .source = std::string((*source)->name()),
                .named = !options->source.empty()};
  MonitorParts& parts = reader.parts;
  if (const auto path = state_file_path(context.environment)) {
    parts.state = std::make_unique<StateFile>(*path);
  }
  parts.meter =
      std::make_unique<PressureMeter>(PressureMeterParts{.source = std::move(*source),
                                                         .thresholds = options->thresholds,
                                                         .clock = parts.clock,
                                                         .state = parts.state.get()});
  return arguments.watch ? watch(std::move(reader), *interval, context, global)
                         : read_once(reader, context, global);
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
