// SPDX-License-Identifier: Apache-2.0
#include <papr/coreml_guard.h>
#include <papr/model_probe.h>

#include <iostream>

namespace {

class Log final : public papr::EventSink {
  void on_event(const papr::Event& event) noexcept override { std::cerr << event.name << '\n'; }
};

}  // namespace

int main(int argc, char** argv) {
  // In a child process that tries a model this does all the work; so before anything else.
  if (const auto code = papr::run_as_model_probe(argc, argv)) return *code;
  if (argc != 2) return 2;  // MODEL.mlpackage

  papr::GuardOptions options;
  if (auto command = papr::model_probe_command()) options.probe_command = *command;
  Log log;
  const auto model = papr::load_coreml_model_with_pressure_check(argv[1], options, &log);
  if (!model) {
    std::cerr << model.error().message << '\n' << model.error().remedy << '\n';
    return 1;
  }
  std::cout << "runs on " << papr::name_of((*model)->placement()) << '\n';
}
