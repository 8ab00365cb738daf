// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "../base/unique_fd.h"

namespace papr {

/// An HTTPS server on a loopback port with a certificate that it signed itself. Gives every
/// request the same answer, one connection after the other.
class FakeTlsServer {
 public:
  struct Certificate {
    std::string name = "IP:127.0.0.1";  ///< whom it is for, as in subjectAltName
    long valid_for_seconds = 3600;      ///< from an hour before now; negative: it has run out
  };

  FakeTlsServer(const Certificate& certificate, std::string answer)
      : answer_(std::move(answer)),
        key_(EVP_EC_gen("P-256"), EVP_PKEY_free),
        certificate_(make_certificate(certificate, key_.get()), X509_free),
        context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
        listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that refuses us leaves while we write
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return;
    stop_read_ = UniqueFd(ends[0]);
    stop_write_ = UniqueFd(ends[1]);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 16) != 0) return;
    ::getsockname(listener_.get(), any, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  FakeTlsServer(const FakeTlsServer&) = delete;
  FakeTlsServer& operator=(const FakeTlsServer&) = delete;
  ~FakeTlsServer() {
    stop_write_.reset();
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int requests() const { return requests_; }

  /// The certificate as a file that a client may trust holds it.
  [[nodiscard]] std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), certificate_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

 private:
  static X509* make_certificate(const Certificate& wanted, EVP_PKEY* key) {
    constexpr int kVersion3 = 2;  // as X.509 counts
    X509* const certificate = X509_new();
    X509_set_version(certificate, kVersion3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wanted.valid_for_seconds);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    const auto* const common_name = reinterpret_cast<const unsigned char*>("fake");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* const names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, wanted.name.c_str());
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    return certificate;
  }

  void accept_all() {
    for (;;) {
      std::array<pollfd, 2> waiting = {
          pollfd{.fd = listener_.get(), .events = POLLIN, .revents = 0},
          pollfd{.fd = stop_read_.get(), .events = POLLIN, .revents = 0}};
      ::poll(waiting.data(), waiting.size(), -1);
      if (waiting[1].revents != 0) return;
      const UniqueFd socket(::accept(listener_.get(), nullptr, nullptr));
      if (socket.valid()) serve(socket.get());
    }
  }

  void serve(int socket) {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), SSL_free);
    SSL_set_fd(tls.get(), socket);
    std::array<char, 65536> request{};  // ours arrive in one piece
    if (SSL_accept(tls.get()) != 1) return;
    if (SSL_read(tls.get(), request.data(), static_cast<int>(request.size())) <= 0) return;
    ++requests_;
    SSL_write(tls.get(), answer_.data(), static_cast<int>(answer_.size()));
    SSL_shutdown(tls.get());
  }

  const std::string answer_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  UniqueFd listener_;
  UniqueFd stop_read_;
  UniqueFd stop_write_;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace papr
