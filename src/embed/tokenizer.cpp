// SPDX-License-Identifier: Apache-2.0
#include "tokenizer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "../base/file_reader.h"
#include "../base/utf8.h"
#include "papr_rust.h"
#include "text_cutter.h"

namespace papr {
namespace {

struct FreeTokenizer {
  void operator()(papr_tokenizer* tokenizer) const noexcept { papr_tokenizer_free(tokenizer); }
};

/// Room for any message of the Rust side that a person would read to its end.
using Message = std::array<char, 512>;

struct Encoded {
  std::vector<std::uint32_t> ids;
  std::size_t text_tokens = 0;  // of the whole text, special tokens not counted
};

Result<Encoded> encode_whole(const papr_tokenizer* tokenizer, std::string_view text,
                             std::size_t max_tokens) {
  // A token has at least one byte but for the special ones and what normalising makes longer.
  std::size_t count = std::min(max_tokens, text.size() + 64);
  Encoded encoded;
  do {
    encoded.ids.resize(count);
    Message message{};
    const int status = papr_tokenizer_encode(tokenizer, text.data(), text.size(), max_tokens,
                                             encoded.ids.data(), encoded.ids.size(), &count,
                                             &encoded.text_tokens, message.data(), message.size());
    if (status != PAPR_RUST_OK) {
      // The text is UTF-8 and every pointer is set, so it is the tokenizer that cannot do it.
      return fail(ErrorCode::kCorrupt, "tokenize text: " + std::string(message.data()),
                  "fetch the tokenizer.json of the model again");
    }
  } while (count > encoded.ids.size());
  encoded.ids.resize(count);
  return encoded;
}

Result<std::int32_t> to_model_id(std::uint32_t id) {
  if (!std::in_range<std::int32_t>(id)) {
    return fail(ErrorCode::kCorrupt, "token id " + std::to_string(id) + " is no int32");
  }
  return static_cast<std::int32_t>(id);
}

Result<std::vector<std::int32_t>> to_model_ids(const std::vector<std::uint32_t>& ids) {
  std::vector<std::int32_t> model_ids;
  model_ids.reserve(ids.size());
  for (const std::uint32_t id : ids) {
    const auto model_id = to_model_id(id);
    if (!model_id) return while_doing("tokenize text", model_id.error());
    model_ids.push_back(*model_id);
  }
  return model_ids;
}

}  // namespace

std::filesystem::path tokenizer_path_of(const std::filesystem::path& package) {
  const auto named = package.has_filename() ? package : package.parent_path();
  return named.parent_path() / "tokenizer.json";
}

struct Tokenizer::Handle {
  std::unique_ptr<papr_tokenizer, FreeTokenizer> tokenizer;
  CutRule cuts;
  std::size_t special_tokens = 0;
  /// Tokens of a text that is cut which may differ from those of the whole: an added token
  /// ("[SEP]",
  /// "<|endoftext|>") that reaches across the cut starts at most its own length before it.
  std::size_t uncertain_tokens = 0;
};

Tokenizer::Tokenizer(std::unique_ptr<Handle> handle) noexcept : handle_(std::move(handle)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::open(const std::filesystem::path& path, std::size_t max_tokens) {
  const auto json = make_disk_file_reader()->map(path);
  if (!json) {
    Error error = json.error();
    if (error.remedy.empty()) error.remedy = "put the model's tokenizer.json beside its package";
    return while_doing("read tokenizer", std::move(error));
  }
  papr_tokenizer* opened = nullptr;
  papr_tokenizer_facts facts{};
  Message message{};
  const int status =
      papr_tokenizer_open(reinterpret_cast<const std::uint8_t*>(json->bytes.data()),
                          json->bytes.size(), &opened, &facts, message.data(), message.size());
  if (status != PAPR_RUST_OK) {
    return fail(ErrorCode::kCorrupt, "read tokenizer \"" + path.string() + "\": " + message.data(),
                "fetch the tokenizer.json of the model again");
  }
  auto handle = std::make_unique<Handle>();
  handle->tokenizer.reset(opened);
  const auto pad_id = to_model_id(facts.pad_id);
  if (!pad_id) return while_doing("read tokenizer \"" + path.string() + '"', pad_id.error());
  const auto largest_id = to_model_id(facts.largest_id);
  if (!largest_id)
    return while_doing("read tokenizer \"" + path.string() + '"', largest_id.error());
  if (max_tokens <= facts.special_tokens) {
    return fail(ErrorCode::kInvalidArgument, "limit tokens to " + std::to_string(max_tokens) +
                                                 ": \"" + path.string() + "\" adds " +
                                                 std::to_string(facts.special_tokens) +
                                                 " special tokens and needs room for one more");
  }
  handle->cuts = {.before_space = (facts.cuts & PAPR_CUT_BEFORE_SPACE) != 0,
                  .before_line = (facts.cuts & PAPR_CUT_BEFORE_LINE) != 0,
                  .before_ideograph = (facts.cuts & PAPR_CUT_BEFORE_IDEOGRAPH) != 0};
  handle->special_tokens = facts.special_tokens;
  handle->uncertain_tokens = facts.longest_added_token + 1;
  Tokenizer tokenizer(std::move(handle));
  tokenizer.max_tokens_ = max_tokens;
  tokenizer.pad_id_ = *pad_id;
  tokenizer.largest_id_ = *largest_id;
  return tokenizer;
}

Result<Tokens> Tokenizer::encode(std::string_view text) const {
  const std::size_t valid = valid_utf8_prefix(text);
  if (valid != text.size()) {
    return fail(ErrorCode::kInvalidArgument,
                "tokenize text: not UTF-8 at byte " + std::to_string(valid),
                "convert the text to UTF-8");
  }
  const std::size_t room = max_tokens_ - handle_->special_tokens;
  const std::size_t enough = room + handle_->uncertain_tokens;
  // English has 5 bytes a token. A prefix that proves too short is doubled, so a text that yields
  // no tokens at all, as one of control characters, costs twice what it would in one go.
  constexpr std::size_t kBytesPerToken = 6;
  std::size_t cut = next_cut(text, enough * kBytesPerToken, handle_->cuts);
  while (true) {
    const auto encoded = encode_whole(handle_->tokenizer.get(), text.substr(0, cut), max_tokens_);
    if (!encoded) return std::unexpected(encoded.error());
    if (cut == text.size() || encoded->text_tokens >= enough) {
      auto ids = to_model_ids(encoded->ids);
      if (!ids) return std::unexpected(ids.error());
      return Tokens{std::move(*ids), encoded->text_tokens > room};
    }
    cut = next_cut(text, 2 * cut, handle_->cuts);
  }
}

}  // namespace papr
