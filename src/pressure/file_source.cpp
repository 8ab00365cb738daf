// SPDX-License-Identifier: Apache-2.0
#include "file_source.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "pressure_file.h"
#include "small_file.h"

namespace papr {
namespace {

constexpr std::size_t kLongestBytes = 16384;

class FileSource final : public MemorySource {
 public:
  explicit FileSource(std::filesystem::path path) : file_(std::move(path)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "file"; }

  Result<MemorySample> sample(SteadyTime now) override {
    // Opened anew each time: the file may have been replaced by another of its name. Compared by
    // its bytes: two changes within one tick of the file system's clock have the same time.
    file_.close();
    std::array<char, kLongestBytes + 1> buffer;
    const auto text = file_.read(buffer);
    if (!text) {
      Error error = text.error();
      error.remedy = "write a reading into it, or name another source";
      return std::unexpected(std::move(error));
    }
    if (!parsed_ || *text != text_) {
      text_ = *text;
      parsed_ = parse_pressure_file(text_);
    }
    if (!*parsed_) return while_doing("\"" + file_.path().string() + "\"", parsed_->error());
    MemorySample sample = **parsed_;
    sample.taken_at = now;
    return sample;
  }

 private:
  SmallFile file_;
  std::string text_;  ///< what `parsed_` was made of
  std::optional<Result<MemorySample>> parsed_;
};

}  // namespace

std::unique_ptr<MemorySource> make_file_source(std::filesystem::path path) {
  return std::make_unique<FileSource>(std::move(path));
}

}  // namespace papr
