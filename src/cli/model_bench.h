// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context.h"
#include "settings.h"

namespace papr::cli {

struct BenchArguments {
  std::string texts_file;
  int threads = 0;
  std::string duration = "5s";
  std::string precision = "f32";
};

/// `papr model bench`: embeds one text after the other and reports the milliseconds of one text,
/// tokenising included.
[[nodiscard]] ExitCode bench(const BenchArguments& arguments, Context& context,
                             const GlobalOptions& global);

}  // namespace papr::cli
