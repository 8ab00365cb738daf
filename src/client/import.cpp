// SPDX-License-Identifier: Apache-2.0
#include "import.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "line_reader.h"
#include "memory_line.h"

namespace papr {
namespace {

// One commit a batch: a killed import loses at most this many rows of work, and rows of like length
// find each other in it for the model's batches.
constexpr std::size_t kRowsPerCommit = 128;
constexpr std::size_t kBytesPerCommit = std::size_t{32} << 20;
constexpr std::size_t kLongestLineBytes = std::size_t{16} << 20;

struct Rows {
  std::vector<Memory> memories;
  std::vector<std::size_t> lines;  // [i] is where memories[i] stands in the input

  void add(Memory memory, std::size_t line) {
    memories.push_back(std::move(memory));
    lines.push_back(line);
  }
};

Rows without_stored(Rows batch, const std::vector<bool>& stored) {
  Rows rest;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (!stored[i]) rest.add(std::move(batch.memories[i]), batch.lines[i]);
  }
  return rest;
}

class Import {
 public:
  explicit Import(const Writer& writer) : writer_(writer) {}

  // Fills the batch from one line, or notes why the line is refused.
  Result<> take(const Line& line) {
    if (line.text.find_first_not_of(" \t") == std::string::npos && !line.too_long) return {};
    ++report.read;
    auto memory = line.too_long
                      ? fail(ErrorCode::kInvalidArgument,
                             "longer than " + std::to_string(kLongestLineBytes >> 20) + " MiB")
                      : parse_memory_line(line.text);
    if (!memory) {
      report.rejected.push_back({line.number, memory.error().message});
      return {};
    }
    if (memory->id.empty()) memory->id = id_of_content(*memory);
    // Two lines of one id are two commits, in their order: the later one is what stays.
    if (!ids_.insert(memory->id).second) {
      if (const auto committed = commit(); !committed) return committed;
      ids_.insert(memory->id);
    }
    bytes_ += line.text.size();
    batch_.add(std::move(*memory), line.number);
    return {};
  }

  [[nodiscard]] bool full() const noexcept {
    return batch_.memories.size() >= kRowsPerCommit || bytes_ >= kBytesPerCommit;
  }

  // Embeds and commits the batch, without what is stored already.
  Result<> commit() {
    ids_.clear();
    bytes_ = 0;
    const auto stored = writer_.store.unchanged(writer_.model->identity, batch_.memories);
    if (!stored) return std::unexpected(stored.error());
    auto rest = without_stored(std::exchange(batch_, {}), *stored);
    report.unchanged += stored->size() - rest.memories.size();
    const auto rows = embed(std::move(rest));
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return {};
    const auto outcome = writer_.store.put(writer_.model->identity, *rows);
    if (!outcome) return std::unexpected(outcome.error());
    report.added += outcome->added;
    report.updated += outcome->updated;
    return {};
  }

  ImportReport report;

 private:
  // The rows with their vectors, without those whose text cannot be embedded: they are noted.
  Result<std::vector<EmbeddedMemory>> embed(Rows rows) {
    std::vector<EmbeddedMemory> embedded;
    if (rows.memories.empty()) return embedded;
    std::vector<std::string> texts;
    for (const Memory& memory : rows.memories) texts.push_back(memory.content);
    auto together = writer_.embed(texts);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      // One bad text fails all that are embedded with it; each alone, only itself.
      auto one = together ? Result<Embedding>(std::move((*together)[i]))
                 : together.error().code == ErrorCode::kInvalidArgument
                     ? writer_.embed(std::string_view(texts[i]))
                     : std::unexpected(together.error());
      if (!one && one.error().code != ErrorCode::kInvalidArgument) {
        return std::unexpected(one.error());
      }
      if (!one) {
        report.rejected.push_back({rows.lines[i], one.error().message});
        continue;
      }
      report.truncated += one->truncated ? 1 : 0;
      embedded.push_back({std::move(rows.memories[i]), std::move(one->values)});
    }
    return embedded;
  }

  const Writer& writer_;
  Rows batch_;
  std::set<std::string> ids_;  // of the batch
  std::size_t bytes_ = 0;      // of the batch's lines
};

}  // namespace

Result<ImportReport> import_lines(const Writer& writer, const Clock& clock, std::istream& lines,
                                  const std::function<void(const ImportProgress&)>& on_progress) {
  const SteadyTime start = clock.steady_now();
  LineReader reader(lines, kLongestLineBytes);
  Import import(writer);
  for (bool more = true; more;) {
    auto line = reader.next();
    if (!line) return std::unexpected(line.error());
    more = line->has_value();
    if (more) {
      if (const auto taken = import.take(**line); !taken) return std::unexpected(taken.error());
    }
    if (more && !import.full()) continue;
    if (const auto committed = import.commit(); !committed) {
      return std::unexpected(committed.error());
    }
    if (on_progress) {
      on_progress({.read = import.report.read,
                   .rejected = import.report.rejected.size(),
                   .bytes = reader.bytes_read()});
    }
  }
  std::ranges::sort(import.report.rejected, {}, &RejectedLine::line);
  import.report.seconds = std::chrono::duration<double>(clock.steady_now() - start).count();
  return std::move(import.report);
}

}  // namespace papr
