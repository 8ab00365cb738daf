// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <array>
#include <new>

#include "hex.h"
#include "sha256.h"

namespace papr {

struct Sha256::State {
  struct FreeContext {
    void operator()(EVP_MD_CTX* spent) const noexcept { EVP_MD_CTX_free(spent); }
  };
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

// OpenSSL's digest calls fail only for want of memory once SHA-256 itself is there, so failure is
// std::bad_alloc like everywhere else in C++.
Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
    throw std::bad_alloc();
  }
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) != 1) throw std::bad_alloc();
  return hex_of(std::as_bytes(std::span(digest).first(size)));
}

}  // namespace papr
