// SPDX-License-Identifier: Apache-2.0
#include "import.h"

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

std::vector<Memory> without_stored(std::vector<Memory> batch, const std::vector<bool>& stored) {
  std::vector<Memory> rest;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!stored[i]) rest.push_back(std::move(batch[i]));
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
    batch_.push_back(std::move(*memory));
    return {};
  }

  [[nodiscard]] bool full() const noexcept {
    return batch_.size() >= kRowsPerCommit || bytes_ >= kBytesPerCommit;
  }

  // Embeds and commits the batch, without what is stored already.
  Result<> commit() {
    ids_.clear();
    bytes_ = 0;
    const auto stored = writer_.store.unchanged(writer_.model->identity, batch_);
    if (!stored) return std::unexpected(stored.error());
    const std::size_t size = batch_.size();
    const auto rest = without_stored(std::exchange(batch_, {}), *stored);
    report.unchanged += size - rest.size();
    if (rest.empty()) return {};

    std::vector<std::string> texts;
    for (const Memory& memory : rest) texts.push_back(memory.content);
    auto embeddings = writer_.model->embedder.embed(texts);
    if (!embeddings) return std::unexpected(embeddings.error());
    std::vector<EmbeddedMemory> rows;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      report.truncated += (*embeddings)[i].truncated ? 1 : 0;
      rows.push_back({rest[i], std::move((*embeddings)[i].values)});
    }
    const auto outcome = writer_.store.put(writer_.model->identity, rows);
    if (!outcome) return std::unexpected(outcome.error());
    report.added += outcome->added;
    report.updated += outcome->updated;
    return {};
  }

  ImportReport report;

 private:
  const Writer& writer_;
  std::vector<Memory> batch_;
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
  import.report.seconds = std::chrono::duration<double>(clock.steady_now() - start).count();
  return std::move(import.report);
}

}  // namespace papr
