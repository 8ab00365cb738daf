// SPDX-License-Identifier: Apache-2.0
#include "model_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "../base/duration.h"
#include "../base/file_reader.h"
#include "../base/process_memory.h"
#include "../embed/open_embedder.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kDefaultTexts =
    "watch what files a program opens\n"
    "draw a diagram of a network\n"
    "the spare key is under the blue flowerpot\n"
    "how do I cancel my subscription before the trial ends?\n";

double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Result<std::vector<std::string>> read_texts(const std::string& path) {
  if (path.empty()) return lines_of(kDefaultTexts);
  constexpr std::uint64_t kLongestBytes = std::uint64_t{64} << 20;
  const auto text = make_disk_file_reader()->read(path, kLongestBytes);
  if (!text) return std::unexpected(text.error());
  auto lines = lines_of(*text);
  if (lines.empty()) {
    return fail(ErrorCode::kInvalidArgument, "read \"" + path + "\": no text in it",
                "write one text a line");
  }
  return lines;
}

struct Measured {
  std::vector<double> sorted_ms;
  double tokens_mean = 0;
  double seconds = 0;

  // The nearest-rank percentile, share in [0, 1].
  [[nodiscard]] double percentile_ms(double share) const {
    const auto last = static_cast<double>(sorted_ms.size() - 1);
    return sorted_ms[static_cast<std::size_t>(share * last + 0.5)];
  }
};

Result<Measured> measure(const Embedder& embedder, const std::vector<std::string>& texts,
                         std::chrono::milliseconds duration) {
  // Each text once unmeasured: a new length makes the runtime plan anew.
  for (const std::string& text : texts) {
    if (const auto warm = embedder.embed(text); !warm) return std::unexpected(warm.error());
  }
  Measured measured;
  const auto start = SteadyClock::now();
  for (std::size_t run = 0; run == 0 || SteadyClock::now() - start < duration; ++run) {
    const auto before = SteadyClock::now();
    const auto embedding = embedder.embed(texts[run % texts.size()]);
    if (!embedding) return std::unexpected(embedding.error());
    measured.sorted_ms.push_back(milliseconds_since(before));
    measured.tokens_mean += static_cast<double>(embedding->tokens);
  }
  measured.seconds = milliseconds_since(start) / 1000;
  measured.tokens_mean /= static_cast<double>(measured.sorted_ms.size());
  std::ranges::sort(measured.sorted_ms);
  return measured;
}

}  // namespace

ExitCode bench(const BenchArguments& arguments, Context& context, const GlobalOptions& global) {
  const auto duration = parse_duration(arguments.duration);
  if (!duration) return report_error(context, global, duration.error(), ExitCode::kUsage);
  const auto path = model_path(global, context);
  if (!path) return report_error(context, global, path.error(), ExitCode::kUsage);
  const auto texts = read_texts(arguments.texts_file);
  if (!texts) return report_error(context, global, texts.error());

  const auto precision = arguments.precision == "bf16" ? Precision::kBfloat16 : Precision::kFloat32;
  const auto start = SteadyClock::now();
  const auto backend =
      make_system_model_backend({.threads = arguments.threads, .precision = precision});
  const auto opened = open_embedder(*backend, *path);
  if (!opened) return report_error(context, global, opened.error());
  const auto first = opened->embedder.embed(texts->front());
  if (!first) return report_error(context, global, first.error());
  const double cold_ms = milliseconds_since(start);
  const auto measured = measure(opened->embedder, *texts, *duration);
  if (!measured) return report_error(context, global, measured.error());

  const double p50_ms = measured->percentile_ms(0.5);
  const double p99_ms = measured->percentile_ms(0.99);
  const auto runs = measured->sorted_ms.size();
  const double texts_per_s = static_cast<double>(runs) / measured->seconds;
  if (global.json) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = arguments.threads > 0 ? arguments.threads : cores;
    print_json(context, {{"threads", threads},
                         {"precision", name_of(precision)},
                         {"tokens_mean", measured->tokens_mean},
                         {"runs", runs},
                         {"p50_ms", p50_ms},
                         {"p99_ms", p99_ms},
                         {"texts_per_s", texts_per_s},
                         {"cold_ms", cold_ms},
                         {"rss_bytes", peak_resident_bytes()}});
    return ExitCode::kOk;
  }
  context.out << fmt::format(
      "one text    {:.2f} ms median, {:.2f} ms at the 99th percentile ({} runs, {:.1f} tokens on "
      "average)\nin a row    {:.0f} texts/s\nfirst one   {:.0f} ms after start\nmemory      {:.0f} "
      "MB at most\n",
      p50_ms, p99_ms, with_thousands(runs), measured->tokens_mean, texts_per_s, cold_ms,
      static_cast<double>(peak_resident_bytes()) / 1e6);
  return ExitCode::kOk;
}

}  // namespace papr::cli
