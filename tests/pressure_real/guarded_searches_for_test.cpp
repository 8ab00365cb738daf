// SPDX-License-Identifier: Apache-2.0
// Searches for each line of stdin and prints an object a line: how long it took and what came of
// it. Opens nothing before the first line, so that whoever starts it can put it into a group first.
//   off     what one has without the guard: nothing is measured, nobody else can be asked
//   on      the guard with its defaults, the API that the environment names, and the deadline
//   remote  the API alone
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "papr/client.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<papr::ClientOptions> options_of(std::string_view mode) {
  papr::ClientOptions options;
  options.pressure.source = "none";
  if (mode == "off") return options;
  if (mode != "on" && mode != "remote") return std::nullopt;
  options.cloud = papr::CloudCredentials{.base_url = variable("PAPR_BASE_URL"),
                                         .api_key = variable("PAPR_MEMORY_API_KEY")};
  if (mode == "remote") {
    options.cloud_use = papr::CloudUse::kOnly;
  } else {
    options.pressure.source = "linux";
    options.state_file = variable("HOME") + "/state.json";
  }
  return options;
}

nlohmann::json object_of(const papr::Result<papr::Answer>& answer, double latency_ms) {
  if (!answer) {
    return {{"latency_ms", latency_ms}, {"error", papr::name_of(answer.error().code)}};
  }
  return {{"latency_ms", latency_ms},
          {"answered_by", papr::name_of(answer->answered_by)},
          {"hits", answer->hits.size()},
          {"degraded", answer->degraded},
          {"reason", answer->reason}};
}

}  // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto options = argc == 5 ? options_of(argv[1]) : std::nullopt;
  if (!options) {
    std::cerr << "usage: papr_guarded_searches off|on|remote MODEL STORE DEADLINE_MS\n";
    return 2;
  }
  options->model = argv[2];
  options->store = argv[3];
  papr::SearchOptions search;
  if (options->cloud) search.deadline = std::chrono::milliseconds(std::stoi(argv[4]));

  std::string line;
  if (!std::getline(std::cin, line)) return 2;
  auto client = papr::Client::open(*options);
  if (!client) {
    std::cerr << client.error().message << '\n';
    return 1;
  }
  do {
    const auto start = SteadyClock::now();
    const auto answer = client->search(line, search);
    const std::chrono::duration<double, std::milli> took = SteadyClock::now() - start;
    std::cout << object_of(answer, took.count()).dump() << std::endl;
  } while (std::getline(std::cin, line));
  std::_Exit(0);  // what is still under way is not waited for
}
