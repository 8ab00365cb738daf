// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "../embed/embedding_shape.h"
#include "../embed/fingerprint.h"
#include "command.h"
#include "model_bench.h"
#include "model_check.h"
#include "model_report.h"
#include "model_run.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

/// What is there for text embedding models alone.
struct Embedding {
  EmbeddingShape shape;
  std::string fingerprint;  // empty without a tokenizer
};

std::optional<Embedding> embedding_of(const ModelInfo& model, const std::filesystem::path& path) {
  auto shape = embedding_shape_of(model);
  if (!shape) return std::nullopt;
  return Embedding{std::move(*shape), fingerprint_of(path).value_or("")};
}

Json json_of(const LoadedModel& loaded, const std::filesystem::path& path,
             std::string_view backend) {
  const ModelInfo& model = loaded.info();
  const auto embedding = embedding_of(model, path);
  const bool limited = embedding && embedding->shape.tokens.longest;
  return {{"path", path.string()},
          {"kind", model.kind},
          {"functions", model.functions},
          {"inputs", cli::json_of(model.inputs)},
          {"outputs", cli::json_of(model.outputs)},
          {"dim", embedding ? Json(embedding->shape.dim) : Json()},
          {"max_tokens", limited ? Json(*embedding->shape.tokens.longest) : Json()},
          {"fingerprint", embedding ? text_or_null(embedding->fingerprint) : Json()},
          {"backend", backend},
          {"placement", name_of(loaded.placement())}};
}

void print_info(std::ostream& out, const LoadedModel& loaded, const std::filesystem::path& path) {
  const ModelInfo& model = loaded.info();
  out << "path         " << path.string() << "\nkind         " << model.kind << '\n';
  for (const std::string& name : model.functions) {
    out << "function     " << one_line(name, 60)
        << (name == model.function ? " (default)\n" : "\n");
  }
  for (const TensorInfo& input : model.inputs) out << "input        " << text_of(input) << '\n';
  for (const TensorInfo& output : model.outputs) out << "output       " << text_of(output) << '\n';
  if (const auto embedding = embedding_of(model, path)) {
    const auto& longest = embedding->shape.tokens.longest;
    out << "dim          " << embedding->shape.dim << "\nmax tokens   "
        << (longest ? std::to_string(*longest) : "no limit known") << "\nfingerprint  "
        << (embedding->fingerprint.empty() ? "none: there is no tokenizer.json beside the package"
                                           : embedding->fingerprint)
        << '\n';
  }
}

ExitCode info(Context& context, const GlobalOptions& global) {
  const auto path = model_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto backend = make_system_model_backend({});
  const auto loaded = backend->load(*path, {});
  if (!loaded) return report_error(context, global, loaded.error());
  if (global.json) {
    print_json(context, json_of(**loaded, *path, backend->name()));
    return ExitCode::kOk;
  }
  print_info(context.out, **loaded, *path);
  context.out << "backend      " << backend->name() << "\nplacement    "
              << name_of((*loaded)->placement()) << '\n';
  return ExitCode::kOk;
}

void add_model_argument(CLI::App& command, std::string& model) {
  command.add_option("MODEL", model, "the .mlpackage (default: --model or $PAPR_MODEL)");
}

GlobalOptions with_model(GlobalOptions global, const std::string& model) {
  if (!model.empty()) global.model = model;
  return global;
}

}  // namespace

void add_model_command(CLI::App& app, Action& action) {
  CLI::App* const model = app.add_subcommand("model", "look into a model package");
  model->require_subcommand(1);

  auto info_model = std::make_shared<std::string>();
  CLI::App* const info_command = model->add_subcommand("info", "what it is and where it runs");
  add_model_argument(*info_command, *info_model);
  info_command->callback([info_model, &action] {
    action = [info_model](Context& context, const GlobalOptions& global) {
      return info(context, with_model(global, *info_model));
    };
  });

  auto check_model = std::make_shared<std::string>();
  CLI::App* const check_command =
      model->add_subcommand("check", "whether it runs, how fast, and what to do if not");
  add_model_argument(*check_command, *check_model);
  auto check_arguments = std::make_shared<CheckArguments>();
  add_function_option(*check_command, check_arguments->function);
  check_command->add_flag("--ops", check_arguments->operations,
                          "list each operation: its share of the work, what it runs on and could");
  check_command->add_option("--limit", check_arguments->limit, "the longest that it may take")
      ->type_name("TIME")
      ->capture_default_str();
  check_command->footer(
      R"(Loads the model as a first start does, predicts with it, and loads it as a later start does, from what
was compiled (`papr cache clear --compiled` removes that), all in a child process: a model that ends or hangs
the program it runs in is reported, and ends nothing else. It is given integers of 1 and floats from 1
to 2, sixteen of each where it takes so many. "warm calls" is the median of five, and what the budget
(PAPR_LATENCY_BUDGET) is for. --ops lists what is not on the neural engine first, the most costly on top: an
operation that could not run there keeps the model off it. On a Mac that is Core ML's plan, on Linux what
OpenVINO measured, which melts several operations into one. Exit codes: 0 good, which is fast enough wherever
it runs, 1 it does not run, 3 slow, or its output is not finite, nothing but zeros or of a wrong size.)");
  check_command->callback([check_model, check_arguments, &action] {
    action = [check_model, check_arguments](Context& context, const GlobalOptions& global) {
      return check(*check_arguments, context, with_model(global, *check_model));
    };
  });

  auto bench_model = std::make_shared<std::string>();
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* const bench_command = model->add_subcommand("bench", "how fast it embeds text");
  add_model_argument(*bench_command, *bench_model);
  bench_command
      ->add_option("--texts", arguments->texts_file,
                   "one text a line (default: a few sentences of ours)")
      ->type_name("FILE");
  bench_command->add_option("--threads", arguments->threads, "threads of one run; 0: all cores")
      ->type_name("N")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  bench_command->add_option("--duration", arguments->duration, "how long to measure")
      ->type_name("TIME")
      ->capture_default_str();
  bench_command->add_option("--precision", arguments->precision, "of the arithmetic: f32 or bf16")
      ->type_name("NAME")
      ->check(CLI::IsMember({"f32", "bf16"}))
      ->capture_default_str();
  bench_command->callback([bench_model, arguments, &action] {
    action = [bench_model, arguments](Context& context, const GlobalOptions& global) {
      return bench(*arguments, context, with_model(global, *bench_model));
    };
  });
  add_model_run_command(*model, action);
}

}  // namespace papr::cli
