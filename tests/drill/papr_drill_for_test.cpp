// SPDX-License-Identifier: Apache-2.0
// The whole command line over the real runtime, with a mishap at every load: what the drill of
// `make demo` and its tests run.
//
//   papr_drill none|hang|slow=TIME|fail=TEXT|stuck=FILE [ARGUMENTS OF papr...]
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "../../src/cli/app.h"
#include "../../src/cli/run_process.h"
#include "mishap_backend.h"

int main(int argc, char** argv) {
  const auto mishap = papr::parse_mishap(argc > 1 ? argv[1] : "");
  if (!mishap) {
    std::cerr << "papr_drill: " << mishap.error().message << "; " << mishap.error().remedy << '\n';
    return 2;
  }
  return papr::cli::run_process({argv + 2, argv + argc}, [&](const papr::BackendOptions& options) {
    return papr::make_mishap_backend(papr::make_system_model_backend(options), *mishap);
  });
}
