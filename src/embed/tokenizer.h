// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "papr/result.h"

namespace papr {

/// The token ids of one text, special tokens included.
struct Tokens {
  std::vector<std::int32_t> ids;
  bool truncated = false;  ///< the text had more tokens than the limit; its tail is not in `ids`
};

/// Where the tokenizer of a package lies: beside it, as `tokenizer.json`. A slash at the end of
/// `package` changes nothing.
[[nodiscard]] std::filesystem::path tokenizer_path_of(const std::filesystem::path& package);

/// Hugging Face `tokenizers` behind our C ABI (rust/). Const calls are safe from several threads.
class Tokenizer {
 public:
  /// Reads a `tokenizer.json`. Its own padding and truncation are switched off.
  /// @error kNotFound  no such file; kCorrupt: not a tokenizer.
  /// @error kInvalidArgument  `max_tokens` leaves no room beside the special tokens.
  [[nodiscard]] static Result<Tokenizer> open(const std::filesystem::path& path,
                                              std::size_t max_tokens);

  /// The same ids as Hugging Face's Python `tokenizers` with truncation to `max_tokens`. Long texts
  /// are cut at a safe place before they are tokenised, so a megabyte costs no more than a page.
  /// @error kInvalidArgument  not UTF-8; the message gives the offset in bytes.
  [[nodiscard]] Result<Tokens> encode(std::string_view text) const;

  [[nodiscard]] std::size_t max_tokens() const noexcept { return max_tokens_; }
  /// The id that fills the rest of a row in a batch; its attention mask is 0.
  [[nodiscard]] std::int32_t pad_id() const noexcept { return pad_id_; }

  /// The largest id that a text can become.
  [[nodiscard]] std::int32_t largest_id() const noexcept { return largest_id_; }

  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

 private:
  struct Handle;
  explicit Tokenizer(std::unique_ptr<Handle> handle) noexcept;

  std::unique_ptr<Handle> handle_;
  std::size_t max_tokens_ = 0;
  std::int32_t pad_id_ = 0;
  std::int32_t largest_id_ = 0;
};

}  // namespace papr
