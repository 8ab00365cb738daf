// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "../base/fake_event_sink.h"
#include "../base/temporary_folder.h"
#include "../cloud/fake_http_transport.h"
#include "../embed/tiny_tokenizer_for_test.h"
#include "../model/fake_loaded_model.h"
#include "client_parts.h"

namespace papr {

constexpr std::size_t kBenchDim = 16;
constexpr std::size_t kBenchTokens = 8;

inline Result<std::vector<Tensor>> count_words(std::span<const TensorView> inputs) {
  return bag_of_ids(inputs, "vector", kBenchDim);
}

inline Result<HttpResponse> one_memory(const HttpRequest&, const CancelToken&) {
  return HttpResponse{
      .status = 200,
      .headers = {},
      .body = R"({"code":200,"status":"success","data":{"memories":[{"id":"c1","content":)"
              R"("from afar","similarity_score":0.75}],"nodes":[]}})"};
}

/// A client over a real store and a real tokenizer, with a model that counts words, and a cloud
/// that exists when `cloud_script` is set.
struct ClientBench {
  ClientBench() = default;
  ClientBench(const ClientBench&) = delete;
  ClientBench& operator=(const ClientBench&) = delete;
  // A load that its client did not wait for uses what lies here.
  ~ClientBench() {
    while (loads_running > 0) std::this_thread::yield();
  }

  ClientParts parts() {
    auto store = MemoryStore::open(folder.path() / "memories.sqlite");
    ClientParts parts{.load =
                          [this] {
                            ++loads_running;
                            before_load();
                            LocalLoad loaded = load();
                            --loads_running;
                            return loaded;
                          },
                      .store = std::make_shared<MemoryStore>(std::move(store).value()),
                      .clock = clock,
                      .events = std::make_shared<DetachableSink>(&events)};
    if (cloud_script) {
      auto fake = std::make_unique<FakeHttpTransport>(cloud_script);
      transport = fake.get();
      parts.cloud = std::make_shared<CloudClient>(
          CloudCredentials{.base_url = "http://127.0.0.1:1", .api_key = "key-for-test"},
          std::move(fake), clock, CloudOptions{.max_retries = 0});
    }
    return parts;
  }

  Client open() { return make_client(parts()); }

  /// What a load gives that goes well.
  [[nodiscard]] LocalLoad load() const {
    const auto json = folder.write("tokenizer.json", words.dump());
    auto tokenizer = Tokenizer::open(json, kBenchTokens);
    auto model = std::make_unique<FakeLoadedModel>(
        text_model_info({1, 64}, {1, kBenchTokens},
                        {"vector", ElementType::kFloat32, {{1, 64}, {kBenchDim, kBenchDim}}}),
        model_script);
    auto embedder = Embedder::make(std::move(model), std::move(tokenizer).value());
    LocalLoad load = scripted_load;
    if (load.refusal) return load;
    load.local = std::make_shared<const LoadedLocal>(
        std::move(embedder).value(), ModelIdentity{.fingerprint = fingerprint, .dim = kBenchDim});
    return load;
  }

  TemporaryFolder folder;
  FakeEventSink events;
  std::shared_ptr<const Clock> clock = std::make_shared<const SystemClock>();
  std::string fingerprint = "model-1";
  nlohmann::json words = tiny_tokenizer({"tea", "coffee", "cup", "garden", "key", "house"});
  FakeLoadedModel::Script model_script = count_words;
  std::function<void()> before_load = [] {};
  LocalLoad scripted_load;  ///< with a refusal: what a load gives
  FakeHttpTransport::Script cloud_script;
  FakeHttpTransport* transport = nullptr;  ///< of the last `parts`
  std::atomic<int> loads_running = 0;
};

}  // namespace papr
