// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "listener.h"

namespace papr::serve {
namespace {

std::string name_of(const ListenAddress& address) {
  return host_text(address.host) + ":" + std::to_string(address.port);
}

std::unexpected<Error> fail_listen(const ListenAddress& address, int number) {
  const char* remedy = "name an address of this machine with --listen, like 127.0.0.1:8377";
  if (number == EADDRINUSE) {
    remedy = "another program has this port: --listen names another, port 0 takes any free one";
  }
  return fail(ErrorCode::kUnavailable,
              "listen on " + name_of(address) + ": " + std::generic_category().message(number),
              remedy);
}

Result<std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>> look_up(const ListenAddress& address) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  const int code = ::getaddrinfo(address.host.c_str(), port.c_str(), &wanted, &found);
  if (code != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "listen on " + name_of(address) + ": " + ::gai_strerror(code),
                "name an address of this machine with --listen, like 127.0.0.1:8377");
  }
  return std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>(found, &::freeaddrinfo);
}

struct Where {
  std::uint16_t port = 0;
  bool loopback = false;
  bool any_address = false;
};

Where where_of(const sockaddr_storage& bound) {
  if (bound.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &bound, sizeof v6);
    return {ntohs(v6.sin6_port), IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0,
            IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr) != 0};
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &bound, sizeof v4);
  const std::uint32_t host = ntohl(v4.sin_addr.s_addr);
  return {ntohs(v4.sin_port), host >> 24 == 127, host == INADDR_ANY};
}

}  // namespace

Listener::Listener(UniqueFd fd, ListenAddress address) noexcept
    : fd_(std::move(fd)), address_(std::move(address)) {}

Result<Listener> Listener::bind(const ListenAddress& address) {
  const auto found = look_up(address);
  if (!found) return std::unexpected(found.error());
  const addrinfo& first = **found;
  UniqueFd fd(::socket(first.ai_family, first.ai_socktype, first.ai_protocol));
  if (!fd.valid()) return fail_listen(address, errno);
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  // Non-blocking: a client that has gone between poll and accept must not stop the loop.
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  // A server that was ended may start again at once; two at a time it does not allow.
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), first.ai_addr, first.ai_addrlen) != 0) return fail_listen(address, errno);

  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) {
    return fail_listen(address, errno);
  }
  Listener listener(std::move(fd), address);
  const Where where = where_of(bound);
  listener.port_ = where.port;
  listener.loopback_ = where.loopback;
  listener.any_address_ = where.any_address;
  return listener;
}

Result<> Listener::listen() {
  constexpr int kBacklog = 128;
  if (::listen(fd_.get(), kBacklog) != 0) return fail_listen(address_, errno);
  return {};
}

std::string Listener::url() const {
  return "http://" + host_text(address_.host) + ":" + std::to_string(port_);
}

}  // namespace papr::serve
