// SPDX-License-Identifier: Apache-2.0
// Goes one of the guard's ways, on this system's default source, between two lines on standard
// output. Its test looks with strace at what the OS was asked for.
//
//   papr_quiet_guard loader              a load and twenty readings
//   papr_quiet_guard load                the load of a package that is not there, as a program does
//   papr_quiet_guard search FOLDER       a client over FOLDER/m.mlpackage with a search on it
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "../../src/base/fake_clock.h"
#include "../../src/client/open.h"
#include "../../src/embed/tiny_tokenizer_for_test.h"
#include "../../src/model/fake_loaded_model.h"
#include "../../src/model/fake_model_backend.h"
#include "../../src/model/guarded_loader.h"
#include "../../src/pressure/memory_source.h"
#include "../../src/pressure/pressure_meter.h"
#include "papr/coreml_guard.h"
#include "papr/pressure.h"

namespace {

namespace fs = std::filesystem;

void mark(std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

bool load_and_read() {
  mark("begin\n");
  auto source = papr::make_memory_source("");
  if (!source) return false;
  const auto clock = std::make_shared<papr::FakeClock>();
  papr::PressureMeter meter({.source = std::move(*source), .thresholds = {}, .clock = clock});
  papr::FakeModelBackend backend(clock);
  papr::GuardedLoader loader({.backend = backend, .pressure = meter, .clock = clock}, {});
  const auto outcome = loader.load("/nowhere/model.mlpackage");
  for (int i = 0; i < 20; ++i) {
    if (meter.read().level != papr::PressureLevel::kNormal) return false;
  }
  const bool went = outcome.model != nullptr &&
                    papr::check_memory_pressure().level == papr::PressureLevel::kNormal;
  mark("end\n");
  return went;
}

bool load_what_is_not_there() {
  mark("begin\n");
  const auto model = papr::load_coreml_model_with_pressure_check("/nowhere/x.mlpackage");
  mark("end\n");
  return !model;
}

constexpr std::int64_t kTokens = 8;
constexpr std::size_t kDim = 16;

/// Counts words, and touches nothing.
class CountingBackend final : public papr::ModelBackend {
 public:
  std::string_view name() const noexcept override { return "counting"; }
  papr::Result<std::unique_ptr<papr::LoadedModel>> load(const fs::path&,
                                                        const papr::LoadOptions&) override {
    return std::make_unique<papr::FakeLoadedModel>(
        papr::text_model_info({1, 64}, {1, kTokens},
                              {"vector", papr::ElementType::kFloat32, {{1, 64}, {kDim, kDim}}}),
        [](std::span<const papr::TensorView> inputs) {
          return papr::bag_of_ids(inputs, "vector", kDim);
        });
  }
};

bool search(const fs::path& folder) {
  papr::ClientOptions options;
  options.model = folder / "m.mlpackage";
  options.store = folder / "memories.sqlite";
  options.state_file = folder / "state" / "state.json";
  fs::create_directory(options.model);
  std::ofstream(options.model / "weights") << "w";
  std::ofstream(folder / "tokenizer.json") << papr::tiny_tokenizer({"tea", "cup"}).dump();
  mark("begin\n");
  auto client = papr::open_client(
      options, [](const papr::BackendOptions&) { return std::make_unique<CountingBackend>(); });
  if (!client || !client->add({.id = "1", .content = "tea cup"})) return false;
  const auto answer = client->search("tea");
  mark("end\n");
  return answer && !answer->degraded && answer->hits.size() == 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc > 1 ? argv[1] : "";
  if (way == "loader") return load_and_read() ? 0 : 1;
  if (way == "load") return load_what_is_not_there() ? 0 : 1;
  return way == "search" && argc > 2 && search(argv[2]) ? 0 : 1;
}
