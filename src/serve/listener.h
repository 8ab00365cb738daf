// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "../base/unique_fd.h"
#include "listen_address.h"
#include "papr/result.h"

namespace papr::serve {

/// An address that is ours. Nobody is let in before `listen`.
class Listener {
 public:
  /// Takes the first address that the host stands for.
  /// @error kUnavailable      another program has the port, or the OS does not let us have it.
  /// @error kInvalidArgument  no such host on this machine.
  [[nodiscard]] static Result<Listener> bind(const ListenAddress& address);

  /// From now on clients can connect.
  [[nodiscard]] Result<> listen();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Only programs of this machine can reach it.
  [[nodiscard]] bool loopback() const noexcept { return loopback_; }
  /// It is every address that the machine has.
  [[nodiscard]] bool any_address() const noexcept { return any_address_; }
  /// "http://127.0.0.1:8377"; with the host as it was given.
  [[nodiscard]] std::string url() const;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  Listener(UniqueFd fd, ListenAddress address) noexcept;
  UniqueFd fd_;
  ListenAddress address_;
  std::uint16_t port_ = 0;
  bool loopback_ = false;
  bool any_address_ = false;
};

}  // namespace papr::serve
