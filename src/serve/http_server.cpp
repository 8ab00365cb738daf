// SPDX-License-Identifier: Apache-2.0
#include "http_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "connection_stream.h"
#include "http_engine.h"
#include "search_response.h"

namespace papr::serve {
namespace {

/// Blocks every signal for the threads that are made while it lives: SIGPIPE must not end the
/// program, and the others are for threads that expect them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);  // a macro on some systems
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

UniqueFd accept_from(int listening) {
  UniqueFd client(::accept(listening, nullptr, nullptr));
  if (!client.valid()) return client;
  ::fcntl(client.get(), F_SETFD, FD_CLOEXEC);
  ::fcntl(client.get(), F_SETFL, O_NONBLOCK);
  // Head and body of an answer are two writes, and the second must not wait for the first's echo.
  const int on = 1;
  ::setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return client;
}

/// Clients that got no place. They are told at once, in one write without a wait, but closed a
/// moment later: closed before their request has come, they would see a reset and not the answer.
class TurnedAway {
 public:
  void add(UniqueFd client) {
    constexpr std::size_t kMost = 64;
    HttpResponse busy = error_response(503, "too many connections");
    busy.headers.emplace("Retry-After", "1");
    const std::string bytes = bytes_of(busy);
    (void)::send(client.get(), bytes.data(), bytes.size(), 0);
    ::shutdown(client.get(), SHUT_WR);
    clients_.push_back(std::move(client));
    if (clients_.size() > kMost) clients_.pop_front();
  }
  void close_all() { clients_.clear(); }
  [[nodiscard]] bool empty() const noexcept { return clients_.empty(); }

 private:
  std::deque<UniqueFd> clients_;
};

void explain_end(ConnectionStream& stream) {
  if (stream.end() == ConnectionStream::End::kTooSlow) {
    stream.write_last(bytes_of(error_response(408, "the request did not come in time")));
  } else if (stream.end() == ConnectionStream::End::kTooLong) {
    stream.write_last(bytes_of(error_response(431, "the request's head is too long")));
  }
}

}  // namespace

// Shared with each of its threads, of which one may outlive the server.
struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  Impl(Listener listening, std::unique_ptr<Service> answering, const HttpLimits& given)
      : listener(std::move(listening)), service(std::move(answering)), limits(given) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> start();
  bool stop();
  void run(void (Impl::*loop)());  ///< in a new thread
  void accept_loop();
  void work_loop();
  void serve(const UniqueFd& client, HttpEngine& engine) const;
  UniqueFd enqueue(UniqueFd client);  ///< gives it back when there is no place
  UniqueFd next_client();             ///< not valid: the server stops

  std::optional<Listener> listener;  ///< the accepting thread's, until it stops
  const std::unique_ptr<Service> service;
  const HttpLimits limits;
  UniqueFd stop_reader, stop_writer;  ///< closing the writer wakes everybody
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> waiting = 0;  ///< the queue's length, to be read without its lock
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<UniqueFd> queue;  ///< guarded by mutex
  std::size_t running = 0;     ///< threads that have not ended; guarded by mutex
  std::condition_variable ended;
  std::vector<std::thread> threads;
};

Result<> HttpServer::Impl::start() {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) {
    return fail(ErrorCode::kUnavailable, "start server: " + std::generic_category().message(errno));
  }
  stop_reader = UniqueFd(ends[0]);
  stop_writer = UniqueFd(ends[1]);
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  if (auto listening = listener->listen(); !listening) return listening;
  const SignalsBlocked blocked;
  try {
    for (std::size_t i = 0; i < limits.workers; ++i) run(&Impl::work_loop);
    run(&Impl::accept_loop);
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kUnavailable, std::string("start server: ") + error.what());
  }
  return {};
}

void HttpServer::Impl::run(void (Impl::*loop)()) {
  const std::lock_guard lock(mutex);
  threads.emplace_back([self = shared_from_this(), loop] {
    ((*self).*loop)();
    const std::lock_guard ending(self->mutex);
    --self->running;
    self->ended.notify_all();
  });
  ++running;
}

bool HttpServer::Impl::stop() {
  std::unique_lock lock(mutex);
  if (threads.empty()) return running == 0;  // stopped already
  stopping = true;
  stop_writer.reset();
  changed.notify_all();
  const bool all_ended = ended.wait_for(lock, limits.stop, [this] { return running == 0; });
  lock.unlock();
  for (std::thread& thread : threads) {
    if (all_ended) {
      thread.join();
    } else {
      thread.detach();
    }
  }
  threads.clear();
  if (!all_ended) return false;
  queue.clear();
  listener.reset();
  return true;
}

void HttpServer::Impl::accept_loop() {
  constexpr int kMomentMilliseconds = 500;
  TurnedAway turned_away;
  while (!stopping) {
    pollfd fds[] = {{.fd = stop_reader.get(), .events = POLLIN, .revents = 0},
                    {.fd = listener->fd(), .events = POLLIN, .revents = 0}};
    const int ready = ::poll(fds, 2, turned_away.empty() ? -1 : kMomentMilliseconds);
    if (stopping) break;
    if (ready == 0) turned_away.close_all();
    if (ready <= 0) continue;
    UniqueFd client = accept_from(listener->fd());
    if (client.valid()) {
      client = enqueue(std::move(client));
      if (client.valid()) turned_away.add(std::move(client));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      ::poll(fds, 1, kMomentMilliseconds);  // the client still waits, so the other poll would not
    }
  }
  listener.reset();  // here and not in stop(), which may have to leave a worker behind
}

UniqueFd HttpServer::Impl::enqueue(UniqueFd client) {
  const std::lock_guard lock(mutex);
  if (queue.size() >= limits.longest_queue) return client;
  queue.push_back(std::move(client));
  waiting = queue.size();
  changed.notify_one();
  return UniqueFd();
}

UniqueFd HttpServer::Impl::next_client() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return stopping || !queue.empty(); });
  if (stopping) return UniqueFd();
  UniqueFd client = std::move(queue.front());
  queue.pop_front();
  waiting = queue.size();
  return client;
}

void HttpServer::Impl::work_loop() {
  HttpEngine engine(*service, limits);
  while (true) {
    const UniqueFd client = next_client();
    if (!client.valid()) return;
    serve(client, engine);
  }
}

void HttpServer::Impl::serve(const UniqueFd& client, HttpEngine& engine) const {
  const auto demand = [this] { return Demand{.others_wait = waiting > 0, .stopping = stopping}; };
  ConnectionStream stream(client.get(), stop_reader.get(), limits, demand);
  bool goes_on = true;
  for (std::size_t left = limits.requests; goes_on && left > 0 && stream.await_request(); --left) {
    goes_on = engine.answer(stream, left == 1 || stopping);
  }
  explain_end(stream);
  if (stream.end() != ConnectionStream::End::kClosed) stream.finish();
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
HttpServer::~HttpServer() {
  if (impl_) impl_->stop();
}

Result<HttpServer> HttpServer::start(Listener listener, std::unique_ptr<Service> service,
                                     const HttpLimits& limits) {
  HttpServer server(std::make_shared<Impl>(std::move(listener), std::move(service), limits));
  if (auto started = server.impl_->start(); !started) return std::unexpected(started.error());
  return server;
}

bool HttpServer::stop() { return impl_->stop(); }

}  // namespace papr::serve
