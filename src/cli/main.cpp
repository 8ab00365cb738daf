// SPDX-License-Identifier: Apache-2.0
#include "run_process.h"

int main(int argc, char** argv) {
  return papr::cli::run_process({argv + 1, argv + argc}, papr::make_system_model_backend);
}
