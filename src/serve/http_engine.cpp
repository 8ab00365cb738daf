// SPDX-License-Identifier: Apache-2.0
#include "http_engine.h"

#include <chrono>
#include <exception>
#include <utility>

#include "../base/ascii_text.h"
#include "search_response.h"

namespace papr::serve {
namespace {

constexpr const char* kJson = "application/json";

RequestHead head_of(const httplib::Request& request) {
  RequestHead head{.method = request.method, .path = request.path, .headers = {}, .parameters = {}};
  for (const auto& [name, value] : request.headers) {
    head.headers.emplace(ascii_lower(name), value);
  }
  head.parameters.insert(request.params.begin(), request.params.end());
  return head;
}

void put(const HttpResponse& from, httplib::Response& to) {
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  to.set_content(from.body, kJson);
}

}  // namespace

class HttpEngine::Server final : public httplib::Server {
 public:
  Server(Service& service, const HttpLimits& limits) : service_(service) {
    // Only told to the client; who counts is the caller.
    set_keep_alive_max_count(limits.requests);
    set_keep_alive_timeout(std::chrono::ceil<std::chrono::seconds>(limits.idle).count());
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      return answer_head(request, response) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
    });
    Post(std::string(kSearchPath),
         [this](const httplib::Request& request, httplib::Response& response,
                const httplib::ContentReader& read) { answer_search(request, response, read); });
    set_error_handler(HandlerWithResponse([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) put(error_response(response.status, "Bad request"), response);
      return HandlerResponse::Handled;
    }));
    set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
          put(error_response(500, "Memory search failed"), response);
        });
    set_post_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      if (whole_ || response.has_header("Connection")) return;
      response.headers.erase("Keep-Alive");
      response.set_header("Connection", "close");
    });
  }

  bool answer(ConnectionStream& stream, bool last) {
    whole_ = false;
    bool closed = false;
    const bool answered = process(*this, stream, last, closed);
    return answered && whole_ && !closed && !last && stream.end() == ConnectionStream::End::kNone;
  }

 private:
  bool answer_head(const httplib::Request& request, httplib::Response& response) {
    head_ = head_of(request);
    const auto answer = service_.answer_head(head_);
    if (!answer) return false;
    put(*answer, response);
    // A body that is not read would be taken for the next request.
    whole_ =
        !head_.headers.contains("content-length") && !head_.headers.contains("transfer-encoding");
    return true;
  }

  void answer_search(const httplib::Request&, httplib::Response& response,
                     const httplib::ContentReader& read) {
    std::string body;
    const bool all = read([&body](const char* bytes, std::size_t size) {
      body.append(bytes, size);
      return true;
    });
    if (!all) return;
    whole_ = true;
    put(service_.answer_search(head_, body), response);
  }

  // Ranges and compression are cpp-httplib's to offer, not ours.
  static void strip(httplib::Request& request) {
    request.ranges.clear();
    request.headers.erase("Accept-Encoding");
  }

  // Later versions of cpp-httplib take the two addresses as well.
  template <class Engine>
  static bool process(Engine& engine, httplib::Stream& stream, bool last, bool& closed) {
    if constexpr (requires { engine.process_request(stream, last, closed, strip); }) {
      return engine.process_request(stream, last, closed, strip);
    } else {
      return engine.process_request(stream, {}, 0, {}, 0, last, closed, strip);
    }
  }

  Service& service_;
  RequestHead head_;    // of the request that is being answered
  bool whole_ = false;  // nothing of it is left to be read
};

HttpEngine::HttpEngine(Service& service, const HttpLimits& limits)
    : server_(std::make_unique<Server>(service, limits)) {}
HttpEngine::~HttpEngine() = default;

bool HttpEngine::answer(ConnectionStream& stream, bool last) {
  return server_->answer(stream, last);
}

std::string bytes_of(const HttpResponse& response) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  text += "Content-Type: " + std::string(kJson) +
          "\r\nConnection: close\r\nContent-Length: " + std::to_string(response.body.size()) +
          "\r\n\r\n" + response.body;
  return text;
}

}  // namespace papr::serve
