// SPDX-License-Identifier: Apache-2.0
#include "model_run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "../base/ascii_text.h"
#include "../base/file_reader.h"
#include "../model/npy.h"
#include "../model/shape_text.h"
#include "../model/verify_model.h"
#include "model_report.h"
#include "open_client.h"
#include "report.h"
#include "staged_files.h"

namespace papr::cli {
namespace {

struct RunArguments {
  std::vector<std::string> inputs;  // NAME=FILE
  std::string folder;
  std::string function;
};

struct Input {
  std::string name;
  std::string path;
  MappedFile file;  // what `array` points into
  NpyArray array;
};

// The remedy of whatever is wrong with the inputs as a whole.
std::string inputs_of(const ModelInfo& info) {
  std::string text;
  for (const TensorInfo& input : info.inputs) {
    text += (text.empty() ? "function \"" + one_line(info.function, 60) + "\" takes " : ", ") +
            one_line(text_of(input), 120);
  }
  return text;
}

std::unexpected<Error> bad_input(const ModelInfo& info, const std::string& message) {
  return fail(ErrorCode::kInvalidArgument, message, inputs_of(info));
}

// A text as Python writes it.
std::string python_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

// What is written in Python to get a file that the model takes beside one that it does not.
std::string conversion(const Input& input, ElementType wanted) {
  std::string stem = input.path;
  if (stem.ends_with(".npy")) stem.resize(stem.size() - 4);
  const std::string type(name_of(wanted));
  return "make another: numpy.save(" + python_text(stem + "." + type + ".npy") +
         ", numpy.ascontiguousarray(numpy.load(" + python_text(input.path) + "), " +
         python_text(type) + "))";
}

Result<Input> read_input(const std::string& argument, const ModelInfo& info) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == argument.size()) {
    return bad_input(info, "input \"" + argument + "\": not NAME=FILE");
  }
  Input input{argument.substr(0, equals), argument.substr(equals + 1), {}, {}};
  const auto wanted = std::ranges::find(info.inputs, input.name, &TensorInfo::name);
  if (wanted == info.inputs.end()) {
    return bad_input(info, "input \"" + input.name + "\": the model has none of that name");
  }
  auto file = make_disk_file_reader()->map(input.path);
  if (!file) {
    if (file.error().remedy.empty()) file.error().remedy = "give a file as numpy.save writes it";
    return std::unexpected(file.error());
  }
  input.file = std::move(*file);
  auto array = parse_npy(input.file.bytes);
  if (!array) {
    Error error = std::move(array.error());
    if (error.code == ErrorCode::kUnsupported) error.remedy = conversion(input, wanted->type);
    return while_doing("input \"" + input.name + "\": \"" + input.path + "\"", std::move(error));
  }
  input.array = std::move(*array);
  if (input.array.type != wanted->type) {
    return fail(ErrorCode::kInvalidArgument,
                "input \"" + input.name + "\": type " + std::string(name_of(input.array.type)) +
                    ", the model takes " + std::string(name_of(wanted->type)),
                conversion(input, wanted->type));
  }
  return input;
}

Result<std::vector<Input>> read_inputs(const RunArguments& arguments, const ModelInfo& info) {
  std::vector<Input> inputs;
  for (const std::string& argument : arguments.inputs) {
    auto input = read_input(argument, info);
    if (!input) return std::unexpected(input.error());
    if (std::ranges::find(inputs, input->name, &Input::name) != inputs.end()) {
      return bad_input(info, "input \"" + input->name + "\": given twice");
    }
    inputs.push_back(std::move(*input));
  }
  for (const TensorInfo& wanted : info.inputs) {
    if (std::ranges::find(inputs, wanted.name, &Input::name) == inputs.end()) {
      return bad_input(info, "input \"" + wanted.name + "\": missing");
    }
  }
  return inputs;
}

Result<std::vector<Tensor>> predict(LoadedModel& model, const std::vector<Input>& inputs) {
  std::vector<TensorView> views;
  for (const Input& input : inputs) {
    views.push_back({input.name, input.array.type, input.array.shape, input.array.bytes});
  }
  auto outputs = model.run(views);
  if (!outputs && outputs.error().remedy.empty()) {
    outputs.error().remedy = inputs_of(model.info());
    for (const TensorView& given : views) {
      outputs.error().remedy += (&given == views.data() ? "; given: " : ", ") +
                                std::string(given.name) + ' ' + shape_text(given.shape);
    }
  }
  return outputs;
}

// One name for each output. Different ones could be equal once they are plain, and to a disk that
// does not tell capitals from small letters.
std::vector<std::string> file_names(const std::vector<Tensor>& outputs) {
  std::vector<std::string> names;
  const auto taken = [&names](const std::string& name) {
    return std::ranges::any_of(
        names, [&](const std::string& other) { return ascii_lower(other) == ascii_lower(name); });
  };
  for (const Tensor& output : outputs) {
    const std::string plain = plain_file_name(output.name);
    std::string name = plain + ".npy";
    for (int again = 2; taken(name); ++again) {
      name = plain + "-" + std::to_string(again) + ".npy";
    }
    names.push_back(std::move(name));
  }
  return names;
}

Result<> write_outputs(const std::filesystem::path& folder, const std::vector<Tensor>& outputs,
                       const std::vector<std::string>& names) {
  auto files = StagedFiles::open(folder);
  if (!files) return std::unexpected(files.error());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::vector<std::byte>& bytes = outputs[i].bytes;
    const std::string header = npy_header(outputs[i].type, outputs[i].shape);
    const std::string_view values(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (auto written = files->write(names[i], {header, values}); !written) return written;
  }
  return files->publish();
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct RunResult {
  std::string function;
  Placement placement = Placement::kUnknown;
  double load_seconds = 0;
  double seconds = 0;  // of the prediction
  std::vector<Tensor> outputs;
  std::string problem;  // with the outputs; empty: none
  std::vector<std::string> files;
};

Result<RunResult> run(const RunArguments& arguments, ModelBackend& backend,
                      const std::filesystem::path& path) {
  const auto start = std::chrono::steady_clock::now();
  auto model = backend.load(path, {.function = arguments.function});
  if (!model) return std::unexpected(model.error());
  RunResult result{.function = (*model)->info().function,
                   .placement = (*model)->placement(),
                   .load_seconds = seconds_since(start)};
  const auto inputs = read_inputs(arguments, (*model)->info());
  if (!inputs) return std::unexpected(inputs.error());
  if (arguments.folder.empty()) {
    return fail(ErrorCode::kInvalidArgument, "--out is missing",
                "name the folder for the outputs; it is made when missing");
  }
  const auto loaded = std::chrono::steady_clock::now();
  auto outputs = predict(**model, *inputs);
  if (!outputs) return std::unexpected(outputs.error());
  result.seconds = seconds_since(loaded);
  result.outputs = std::move(*outputs);
  result.problem = problem_of_outputs((*model)->info(), result.outputs);
  result.files = file_names(result.outputs);
  const auto written = write_outputs(arguments.folder, result.outputs, result.files);
  if (!written) return std::unexpected(written.error());
  return result;
}

void print(const RunResult& result, const RunArguments& arguments, std::string_view backend,
           Context& context, const GlobalOptions& global) {
  const auto path_of = [&](std::size_t i) {
    return (std::filesystem::path(arguments.folder) / result.files[i]).string();
  };
  if (!global.json) {
    for (std::size_t i = 0; i < result.outputs.size(); ++i) {
      const Tensor& output = result.outputs[i];
      context.out << path_of(i) << "  " << shape_text(output.shape) << ' ' << name_of(output.type)
                  << '\n';
    }
    return;
  }
  Json outputs = Json::array();
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    const Tensor& output = result.outputs[i];
    outputs.push_back({{"name", output.name},
                       {"shape", output.shape},
                       {"type", name_of(output.type)},
                       {"file", path_of(i)}});
  }
  print_json(context, {{"function", result.function},
                       {"backend", backend},
                       {"placement", name_of(result.placement)},
                       {"load_seconds", result.load_seconds},
                       {"seconds", result.seconds},
                       {"outputs", std::move(outputs)}});
}

// The first word is the model, unless its "=" says that it is an input.
void take_model(RunArguments& arguments, GlobalOptions& global) {
  if (arguments.inputs.empty()) return;
  const std::string& first = arguments.inputs.front();
  std::error_code unreadable;
  if (first.contains('=') && !std::filesystem::is_directory(first, unreadable)) return;
  global.model = first;
  arguments.inputs.erase(arguments.inputs.begin());
}

ExitCode run_command(RunArguments arguments, Context& context, GlobalOptions global) {
  take_model(arguments, global);
  const auto path = model_path(global, context);
  if (!path) return report_settings_error(context, global, path.error());
  const auto backend = context.make_backend({});
  const auto result = run(arguments, *backend, *path);
  if (!result) return report_settings_error(context, global, result.error());
  print(*result, arguments, backend->name(), context, global);
  if (!result->problem.empty()) remark(context, global, "⚠️  " + one_line(result->problem, 200));
  return ExitCode::kOk;
}

}  // namespace

void add_model_run_command(CLI::App& model_command, Action& action) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* const command =
      model_command.add_subcommand("run", "one prediction, of arrays in .npy files");
  command
      ->add_option("MODEL", arguments->inputs,
                   "the .mlpackage of any ML Program (default: --model or $PAPR_MODEL), then each "
                   "input as NAME=FILE.npy")
      ->type_name("INPUT...");
  command->add_option("--out", arguments->folder, "where NAME.npy of each output goes")
      ->type_name("DIR")
      ->check(not_empty());
  add_function_option(*command, arguments->function);
  command->footer(R"(Examples:
  papr model run net.mlpackage x=x.npy --out answers
  papr --json model run net.mlpackage ids=ids.npy mask=mask.npy --function encode --out answers

Runs without macOS what coremltools only converts there. docs/mil_ops.md lists the ops that are known
and how exact each is. Files are as numpy.save writes them: int32, float16 or float32, row by row.
Without any INPUT the error says what the model takes. States begin with zeros. An output takes the
place of a file of its name, whole or not at all.)");
  command->callback([arguments, &action] {
    action = [arguments](Context& context, const GlobalOptions& global) {
      return run_command(*arguments, context, global);
    };
  });
}

}  // namespace papr::cli
