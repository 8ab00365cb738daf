// SPDX-License-Identifier: Apache-2.0
#include <CommonCrypto/CommonDigest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "hex.h"
#include "sha256.h"

namespace papr {

struct Sha256::State {
  CC_SHA256_CTX context{};
};

// CommonCrypto's calls answer 1, always: CC_SHA256(3cc).
Sha256::Sha256() : state_(std::make_unique<State>()) { CC_SHA256_Init(&state_->context); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  constexpr std::size_t kMost = std::numeric_limits<CC_LONG>::max();
  while (!bytes.empty()) {  // CC_LONG has 32 bits: a span may be longer.
    const auto piece = bytes.first(std::min(bytes.size(), kMost));
    CC_SHA256_Update(&state_->context, piece.data(), static_cast<CC_LONG>(piece.size()));
    bytes = bytes.subspan(piece.size());
  }
}

std::string Sha256::hex() {
  std::array<unsigned char, CC_SHA256_DIGEST_LENGTH> digest{};
  CC_SHA256_Final(digest.data(), &state_->context);
  return hex_of(std::as_bytes(std::span(digest)));
}

}  // namespace papr
