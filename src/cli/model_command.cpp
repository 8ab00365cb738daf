// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>

#include "../embed/open_embedder.h"
#include "command.h"
#include "model_bench.h"
#include "model_check.h"
#include "model_report.h"
#include "model_run.h"
#include "open_client.h"
#include "report.h"

namespace papr::cli {
namespace {

ExitCode info(Context& context, const GlobalOptions& global) {
  const auto path = model_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto backend = make_system_model_backend({});
  const auto opened = open_embedder(*backend, *path);
  if (!opened) return report_error(context, global, opened.error());
  const ModelInfo& model = opened->embedder.model().info();
  const EmbeddingShape& shape = opened->embedder.shape();
  const auto placement = name_of(opened->embedder.model().placement());
  if (global.json) {
    print_json(context,
               {{"path", path->string()},
                {"kind", model.kind},
                {"inputs", json_of(model.inputs)},
                {"outputs", json_of(model.outputs)},
                {"dim", shape.dim},
                {"max_tokens", shape.tokens.longest ? Json(*shape.tokens.longest) : Json()},
                {"fingerprint", opened->fingerprint},
                {"backend", backend->name()},
                {"placement", placement}});
    return ExitCode::kOk;
  }
  context.out << "path         " << path->string() << "\nkind         " << model.kind << '\n';
  for (const TensorInfo& input : model.inputs)
    context.out << "input        " << text_of(input) << '\n';
  for (const TensorInfo& output : model.outputs) {
    context.out << "output       " << text_of(output) << '\n';
  }
  context.out << "dim          " << shape.dim << "\nmax tokens   "
              << (shape.tokens.longest ? std::to_string(*shape.tokens.longest) : "no limit known")
              << "\nfingerprint  " << opened->fingerprint << "\nbackend      " << backend->name()
              << "\nplacement    " << placement << '\n';
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
  check_command->callback([check_model, &action] {
    action = [check_model](Context& context, const GlobalOptions& global) {
      return check(context, with_model(global, *check_model));
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
