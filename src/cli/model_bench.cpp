// SPDX-License-Identifier: Apache-2.0
#include "model_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>
#include <optional>
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

  [[nodiscard]] double texts_per_s() const {
    return static_cast<double>(sorted_ms.size()) / seconds;
  }
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

// The smallest cosine over the texts between this embedder's vectors and those in f32.
Result<double> cosine_to_f32(const Embedder& embedder, const std::vector<std::string>& texts,
                             const std::filesystem::path& model, int threads) {
  const auto backend = make_system_model_backend({.threads = threads});
  const auto exact = open_embedder(*backend, model);
  if (!exact) return std::unexpected(exact.error());
  double smallest = 1;
  for (const std::string& text : texts) {
    const auto ours = embedder.embed(text);
    if (!ours) return std::unexpected(ours.error());
    const auto wanted = exact->embedder.embed(text);
    if (!wanted) return std::unexpected(wanted.error());
    smallest = std::min(smallest, std::inner_product(ours->values.begin(), ours->values.end(),
                                                     wanted->values.begin(), 0.0));
  }
  return smallest;
}

struct BenchResult {
  int threads = 0;
  Precision precision = Precision::kFloat32;
  Measured measured;
  double cold_ms = 0;
  std::uint64_t peak_bytes = 0;
  std::optional<double> cosine_to_f32;  // of another precision
};

Json json_of(const BenchResult& result) {
  const Measured& measured = result.measured;
  Json json{{"threads", result.threads},
            {"precision", name_of(result.precision)},
            {"tokens_mean", measured.tokens_mean},
            {"runs", measured.sorted_ms.size()},
            {"p50_ms", measured.percentile_ms(0.5)},
            {"p99_ms", measured.percentile_ms(0.99)},
            {"texts_per_s", measured.texts_per_s()},
            {"cold_ms", result.cold_ms},
            {"rss_bytes", result.peak_bytes}};
  if (result.cosine_to_f32) json["cosine_to_f32"] = *result.cosine_to_f32;
  return json;
}

std::string text_of(const BenchResult& result) {
  const Measured& measured = result.measured;
  std::string text = fmt::format(
      "one text    {:.2f} ms median, {:.2f} ms at the 99th percentile ({} runs, {:.1f} tokens on "
      "average)\nin a row    {:.0f} texts/s\nfirst one   {:.0f} ms after start\nmemory      {:.0f} "
      "MB at most\n",
      measured.percentile_ms(0.5), measured.percentile_ms(0.99),
      with_thousands(measured.sorted_ms.size()), measured.tokens_mean, measured.texts_per_s(),
      result.cold_ms, static_cast<double>(result.peak_bytes) / 1e6);
  if (result.cosine_to_f32) {
    text += fmt::format("cosine      {:.5f} to f32 at the least\n", *result.cosine_to_f32);
  }
  return text;
}

Result<BenchResult> run_bench(const BenchArguments& arguments, const std::filesystem::path& model,
                              const std::vector<std::string>& texts,
                              std::chrono::milliseconds duration) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  BenchResult result{.threads = arguments.threads > 0 ? arguments.threads : cores};
  if (arguments.precision == "bf16") result.precision = Precision::kBfloat16;
  const auto start = SteadyClock::now();
  const auto backend =
      make_system_model_backend({.threads = arguments.threads, .precision = result.precision});
  const auto opened = open_embedder(*backend, model);
  if (!opened) return std::unexpected(opened.error());
  const auto first = opened->embedder.embed(texts.front());
  if (!first) return std::unexpected(first.error());
  result.cold_ms = milliseconds_since(start);
  auto measured = measure(opened->embedder, texts, duration);
  if (!measured) return std::unexpected(measured.error());
  result.measured = std::move(*measured);
  result.peak_bytes = peak_resident_bytes();  // before there is a second model
  if (result.precision != Precision::kFloat32) {
    const auto cosine = cosine_to_f32(opened->embedder, texts, model, arguments.threads);
    if (!cosine) return std::unexpected(cosine.error());
    result.cosine_to_f32 = *cosine;
  }
  return result;
}

}  // namespace

ExitCode bench(const BenchArguments& arguments, Context& context, const GlobalOptions& global) {
  const auto duration = parse_duration(arguments.duration);
  if (!duration) return report_error(context, global, duration.error(), ExitCode::kUsage);
  const auto path = model_path(global, context);
  if (!path) return report_error(context, global, path.error(), ExitCode::kUsage);
  const auto texts = read_texts(arguments.texts_file);
  if (!texts) return report_error(context, global, texts.error());
  const auto result = run_bench(arguments, *path, *texts, *duration);
  if (!result) return report_error(context, global, result.error());
  if (global.json) {
    print_json(context, json_of(*result));
  } else {
    context.out << text_of(*result);
  }
  return ExitCode::kOk;
}

}  // namespace papr::cli
