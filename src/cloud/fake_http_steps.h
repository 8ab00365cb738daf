// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "fake_http_server.h"

namespace papr {

/// A whole answer. `headers` are lines with their ends: "Retry-After: 1\r\n".
inline std::string http_answer(int status, std::string_view body, std::string_view headers = "") {
  return "HTTP/1.1 " + std::to_string(status) +
         " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) +
         "\r\n" + std::string(body);
}

inline FakeStep say(std::string bytes) {
  return [bytes = std::move(bytes)](FakePeer& peer) { peer.send(bytes); };
}
inline FakeStep say_and_close(std::string bytes) {
  return [bytes = std::move(bytes)](FakePeer& peer) {
    peer.send(bytes);
    peer.close();
  };
}
inline FakeStep say_and_hang(std::string bytes) {
  return [bytes = std::move(bytes)](FakePeer& peer) {
    peer.send(bytes);
    peer.hang();
  };
}
inline FakeStep hang() {
  return [](FakePeer& peer) { peer.hang(); };
}
inline FakeStep reset() {
  return [](FakePeer& peer) { peer.reset(); };
}

/// `text` as gzip without compressing it (RFC 1951, 3.2.4; RFC 1952); at most 65535 bytes.
inline std::string gzip_of(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char letter : text) {
    crc ^= static_cast<unsigned char>(letter);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  const auto little_endian = [](std::uint32_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
    return out;
  };
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string gzip("\x1F\x8B\x08\0\0\0\0\0\0\xFF\x01", 11);
  gzip += little_endian(size, 2) + little_endian(~size & 0xFFFFU, 2) + std::string(text);
  return gzip + little_endian(~crc, 4) + little_endian(size, 4);
}

/// A gzip of `repeats` times 258 spaces: 13 bits each (RFC 1951, 3.2.6: length code 285, distance
/// 1). Its check sum is missing.
inline std::string gzip_bomb(int repeats) {
  std::string gzip("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
  std::uint32_t bits = 0;
  int held = 0;
  const auto put = [&](std::uint32_t value, int count) {
    bits |= value << held;
    for (held += count; held >= 8; held -= 8, bits >>= 8) gzip += static_cast<char>(bits & 0xFFU);
  };
  const auto put_code = [&](std::uint32_t code, int count) {  // Huffman codes: first bit first
    for (int i = count - 1; i >= 0; --i) put((code >> i) & 1U, 1);
  };
  put(1, 1);  // the last block
  put(1, 2);  // fixed codes
  put_code(0x30 + ' ', 8);
  for (int i = 0; i < repeats; ++i) {
    put_code(0xC0 + (285 - 280), 8);
    put_code(0, 5);
  }
  put_code(0, 7);  // the end of the block
  put(0, 7);
  return gzip;
}

}  // namespace papr
