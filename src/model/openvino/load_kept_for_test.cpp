// SPDX-License-Identifier: Apache-2.0
// load_kept_for_test PACKAGE FOLDER: loads a package with a folder for compiled models, and prints
// the SHA-256 of what the probe gives.
#include <iostream>

#include "../../base/sha256.h"
#include "../model_backend.h"
#include "../verify_model.h"

namespace {

papr::Result<std::string> answer(const char* package, const char* folder) {
  const auto model =
      papr::make_system_model_backend({.compiled_models = folder})->load(package, {});
  if (!model) return std::unexpected(model.error());
  const auto probe = papr::make_probe_inputs((*model)->info());
  if (!probe) return std::unexpected(probe.error());
  std::vector<papr::TensorView> views;
  for (const papr::ProbeInput& input : *probe) {
    views.push_back({input.info.name, input.info.type, input.shape, input.bytes});
  }
  const auto outputs = (*model)->run(views);
  if (!outputs) return std::unexpected(outputs.error());
  papr::Sha256 hash;
  hash.update((*outputs)[0].bytes);
  return hash.hex();
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const auto hash = answer(words[1], words[2]);
  std::cout << (hash ? *hash : hash.error().message) << '\n';
  return hash ? 0 : 1;
}
