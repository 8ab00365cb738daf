// SPDX-License-Identifier: Apache-2.0
// A process for tests to kill or to starve: store_writer STORE ROWS BATCHES [FILE_BYTES]
// Puts BATCHES batches of ROWS rows behind those that are there. Prints "begin N" before and
// "done N" after each, N being the rows of the store then. With FILE_BYTES no file may grow beyond;
// when that makes a put fail it prints "error CODE", lifts the limit and goes on.
#include "store_writer_for_test.h"

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "papr/memory_store.h"

namespace papr {
namespace {

void limit_file_size(rlim_t bytes) {
  struct rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

int write_batches(const std::string& path, std::size_t rows, std::size_t batches) {
  auto store = MemoryStore::open(path);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  for (std::size_t i = 0; i < batches; ++i) {
    const auto count = store->count();
    if (!count) return 1;
    const auto batch = writer_rows(*count, rows);
    std::printf("begin %zu\n", *count + rows);
    std::fflush(stdout);
    auto put = store->put(kWriterModel, batch);
    if (!put) {
      std::printf("error %s\n", std::string(name_of(put.error().code)).c_str());
      limit_file_size(RLIM_INFINITY);
      put = store->put(kWriterModel, batch);
    }
    if (!put) {
      std::fprintf(stderr, "%s\n", put.error().message.c_str());
      return 1;
    }
    std::printf("done %zu\n", *count + rows);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace papr

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT(cert-err33-c): then write() fails with EFBIG instead
  if (argc > 4) papr::limit_file_size(std::stoul(argv[4]));
  return papr::write_batches(argv[1], std::stoul(argv[2]), std::stoul(argv[3]));
}
