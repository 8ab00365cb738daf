// SPDX-License-Identifier: Apache-2.0
// Measures whole searches in a warm process, through the public interface alone: tokenise, embed,
// scan, fetch the hits. Prints one JSON object.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "../src/base/process_memory.h"
#include "papr/client.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

std::vector<std::string> read_lines(const char* path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

int fail(const papr::Error& error) {
  std::cerr << "search_bench: " << error.message << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: search_bench MODEL STORE QUERIES.txt RUNS THREADS COMPILED_MODELS\n";
    return 2;
  }
  const auto queries = read_lines(argv[3]);
  if (queries.empty()) {
    std::cerr << "search_bench: no queries in " << argv[3] << '\n';
    return 2;
  }
  papr::ClientOptions options;
  options.model = argv[1];
  options.store = argv[2];
  options.threads = std::stoi(argv[5]);
  options.compiled_models = argv[6];
  auto client = papr::Client::open(options);
  if (!client) return fail(client.error());
  for (const std::string& query : queries) {  // Each length once: the runtime plans anew for it.
    const auto answer = client->search(query);
    if (!answer) return fail(answer.error());
  }

  const std::size_t runs = std::stoul(argv[4]);
  std::vector<double> sorted_ms;
  for (std::size_t run = 0; run < runs; ++run) {
    const auto start = SteadyClock::now();
    const auto answer = client->search(queries[run % queries.size()]);
    const std::chrono::duration<double, std::milli> took = SteadyClock::now() - start;
    if (!answer) return fail(answer.error());
    sorted_ms.push_back(took.count());
  }
  std::ranges::sort(sorted_ms);
  const auto at = [&](double share) {
    return sorted_ms[static_cast<std::size_t>(share * static_cast<double>(runs - 1) + 0.5)];
  };
  fmt::print(R"({{"runs":{},"p50_ms":{:.3f},"p99_ms":{:.3f},"peak_bytes":{}}})"
             "\n",
             runs, at(0.5), at(0.99), papr::peak_resident_bytes());
}
