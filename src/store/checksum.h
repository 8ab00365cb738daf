// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace papr {

static_assert(std::endian::native == std::endian::little, "the store's bytes are little-endian");

/// 64 bits over bytes, for finding damage that SQLite cannot see (not for keeping secrets). Every
/// step is a bijection of its lane, so a change within one 8-byte word is always found. Reads a
/// vector at several GB/s: it is checked whenever it is loaded. Part of the store's format.
[[nodiscard]] inline std::uint64_t checksum(std::uint64_t seed, std::span<const std::byte> bytes) {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  constexpr std::size_t kLanes = 4;
  using Words = std::array<std::uint64_t, kLanes>;
  // Four lanes, because one would wait for its own multiplication.
  Words lanes{seed + 1, seed + 2, seed + 3, seed + 4};
  const auto mix = [&lanes](const std::byte* from, std::size_t size) {
    Words words{};  // The last, short piece ends in zeros; the length tells them apart.
    std::memcpy(words.data(), from, size);
    for (std::size_t i = 0; i < kLanes; ++i) {
      lanes[i] = (lanes[i] ^ words[i]) * kMultiplier;
      lanes[i] ^= lanes[i] >> 32;
    }
  };
  std::size_t at = 0;
  for (; at + sizeof(Words) <= bytes.size(); at += sizeof(Words)) {
    mix(bytes.data() + at, sizeof(Words));
  }
  if (at < bytes.size()) mix(bytes.data() + at, bytes.size() - at);
  std::uint64_t sum = seed ^ bytes.size();
  for (const std::uint64_t lane : lanes) {
    sum = (sum ^ lane) * kMultiplier;
    sum ^= sum >> 32;
  }
  return sum;
}

}  // namespace papr
