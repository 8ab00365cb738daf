// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "../base/errno_error.h"
#include "command.h"
#include "open_client.h"
#include "progress_line.h"
#include "report.h"

namespace papr::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* kWanted = "name a file with one JSON object a line, or - for standard input";

// Opened before the model is loaded: a wrong name costs no wait.
Result<std::unique_ptr<std::ifstream>> open_input(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kInvalidArgument, "open \"" + path.string() + "\": it is a folder",
                kWanted);
  }
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) return fail_errno("open", path, errno, kWanted);
  return file;
}

// The part of the input that is done, where its length is known.
std::optional<double> fraction_of(std::size_t bytes, const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error || size == 0) return std::nullopt;
  return static_cast<double>(bytes) / static_cast<double>(size);
}

Json json_of(const ImportReport& report) {
  Json rejected = Json::array();
  for (const auto& [line, error] : report.rejected) {
    rejected.push_back({{"line", line}, {"error", error}});
  }
  return {{"read", report.read},           {"added", report.added},
          {"updated", report.updated},     {"unchanged", report.unchanged},
          {"truncated", report.truncated}, {"rejected", std::move(rejected)},
          {"seconds", report.seconds}};
}

void print_report(Context& context, const GlobalOptions& global, const ImportReport& report) {
  constexpr std::size_t kMostShown = 10;
  for (std::size_t i = 0; i < report.rejected.size() && i < kMostShown; ++i) {
    context.err << "line " << report.rejected[i].line << ": "
                << one_line(report.rejected[i].error, 200) << '\n';
  }
  if (report.rejected.size() > kMostShown) {
    context.err << "... and " << with_thousands(report.rejected.size() - kMostShown)
                << " more; --json lists them all\n";
  }
  if (report.truncated > 0) {
    remark(
        context, global,
        fmt::format("{} of the texts are longer than the model takes: their ends cannot be found",
                    with_thousands(report.truncated)));
  }
  context.out << fmt::format(
      "{} read: {} added, {} updated, {} unchanged, {} rejected in {:.1f} s ({:.0f} rows/s)\n",
      with_thousands(report.read), with_thousands(report.added), with_thousands(report.updated),
      with_thousands(report.unchanged), with_thousands(report.rejected.size()), report.seconds,
      report.seconds > 0 ? static_cast<double>(report.read) / report.seconds : 0);
}

bool nothing_imported(const ImportReport& report) {
  return report.read > 0 && report.rejected.size() == report.read;
}

Error nothing_imported_error(const std::string& name, const ImportReport& report) {
  const RejectedLine& first = report.rejected.front();
  return {
      ErrorCode::kInvalidArgument,
      fmt::format("import \"{}\": none of its lines could be imported; line {}: {}", name,
                  first.line, one_line(first.error, 200)),
      R"(write one JSON object a line, like {"content": "..."}; `papr import --help` has its keys)"};
}

// The report is of use also where the exit code says that nothing was done.
ExitCode report_import(const std::string& name, const ImportReport& report, Context& context,
                       const GlobalOptions& global) {
  const auto error =
      nothing_imported(report) ? std::optional(nothing_imported_error(name, report)) : std::nullopt;
  if (global.json) {
    Json json = json_of(report);
    if (error) json["error"] = cli::json_of(*error);
    print_json(context, json);
  } else {
    print_report(context, global, report);
    if (error) return report_error(context, global, *error);
  }
  if (error) return ExitCode::kFailed;
  return report.rejected.empty() ? ExitCode::kOk : ExitCode::kDegraded;
}

ExitCode import(const std::string& name, Context& context, const GlobalOptions& global) {
  std::unique_ptr<std::ifstream> file;
  if (name != "-") {
    auto opened_file = open_input(name);
    if (!opened_file) return report_error(context, global, opened_file.error());
    file = std::move(*opened_file);
  }
  auto opened = open_writing_client(global, context);
  if (!opened) return opened.error();

  const bool draws = context.err_width_columns && !global.quiet && !global.json;
  const auto start = SteadyClock::now();
  const auto draw = [&](const ImportProgress& progress) {
    context.err << '\r'
                << progress_line({.rows = progress.read,
                                  .fraction = fraction_of(progress.bytes, name),
                                  .elapsed = SteadyClock::now() - start},
                                 static_cast<std::size_t>(*context.err_width_columns) - 1)
                << "\x1b[K" << std::flush;
  };
  const auto report = opened->client.import_lines(
      file ? *file : context.in,
      draws ? std::function<void(const ImportProgress&)>(draw) : nullptr);
  if (draws) context.err << '\n';
  if (!report) return report_error(context, global, report.error());
  return report_import(name, *report, context, global);
}

}  // namespace

void add_import_command(CLI::App& app, Action& action) {
  auto file = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("import", "remember many texts, from a file");
  command->add_option("FILE", *file, "one JSON object a line; - reads standard input")->required();
  command->footer(
      R"(A line: {"content": "...", "id": "...", "metadata": {...}, "user_id": "..."}; only content is needed.
A line that cannot be read is named and the rest goes on (exit code 3; 1 if no line could be). Rows
are committed as they come: a stopped import goes on where it was when it is started again. The same
id, or the same text and user without one, replaces the memory that is there with its metadata.
A text longer than the model takes is kept whole but found by its beginning; stderr says how many
there are, in JSON "truncated".)");
  command->callback([file, &action] {
    action = [file](Context& context, const GlobalOptions& global) {
      return import(*file, context, global);
    };
  });
}

}  // namespace papr::cli
