// SPDX-License-Identifier: Apache-2.0
// The whole command line over the real runtime, or with `fake:` in front over one that counts
// words, with a mishap at every load: what the drill of `make demo` and its tests run.
//
//   papr_drill [fake:]MISHAP[|MISHAP...] [ARGUMENTS OF papr...]    mishap_backend.h has what there
//                                                                  is
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../src/cli/app.h"
#include "../../src/cli/run_process.h"
#include "mishap_backend.h"
#include "word_count_backend.h"

int main(int argc, char** argv) {
  constexpr std::string_view kFake = "fake:";
  std::string_view text = argc > 1 ? argv[1] : "";
  const bool real = !text.starts_with(kFake);
  if (!real) text.remove_prefix(kFake.size());
  const auto mishaps = papr::parse_mishaps(text);
  if (!mishaps) {
    std::cerr << "papr_drill: " << mishaps.error().message << "; " << mishaps.error().remedy
              << '\n';
    return 2;
  }
  const auto make_backend = [&](const papr::BackendOptions& options) {
    return papr::make_mishap_backend(papr::make_drill_runtime(real, options), *mishaps);
  };
  return papr::cli::run_process({argv + 2, argv + argc}, make_backend, {argv[1]});
}
