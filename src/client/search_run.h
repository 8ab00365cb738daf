// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "../base/cancel.h"
#include "client_state.h"
#include "race.h"

namespace papr {

/// One search from its question to its answer: asks what next_move (race.h) says, and does that.
class SearchRun {
 public:
  SearchRun(std::shared_ptr<ClientState> state, std::string query, SearchOptions options);
  [[nodiscard]] Result<Answer> run();

 private:
  struct LocalFound {
    std::vector<Hit> hits;
    Placement placement = Placement::kUnknown;
    std::optional<std::size_t> cut_to_tokens;
  };
  // What the tasks of this search write to, under the state's lock; outlives a run that gave up.
  struct Lanes {
    bool local_started = false;
    bool cloud_started = false;
    std::optional<Result<LocalFound>> local;
    std::optional<Result<CloudAnswer>> cloud;
    CancelSource cancel_cloud;
  };

  [[nodiscard]] Result<> check() const;
  PressureReading look_at_pressure(std::unique_lock<std::mutex>& lock);
  void prepare(const PressureReading& reading, std::unique_lock<std::mutex>& lock);
  void come_back();
  [[nodiscard]] Race race() const;
  [[nodiscard]] LocalSide local_side() const;
  [[nodiscard]] CloudSide cloud_side() const;
  [[nodiscard]] SteadyTime ask_cloud_at() const;

  void start(std::unique_lock<std::mutex>& lock, std::function<void()> task,
             const std::function<void(Error)>& refused);
  void start_load(std::unique_lock<std::mutex>& lock);
  void start_local(std::unique_lock<std::mutex>& lock);
  void start_cloud(std::unique_lock<std::mutex>& lock);

  [[nodiscard]] static Result<LocalFound> search_local(ClientState& state,
                                                       const LoadedLocal& loaded,
                                                       const std::string& query,
                                                       const SearchOptions& options,
                                                       CallRoute route);

  [[nodiscard]] Result<Answer> finish(Move::Kind how) const;
  [[nodiscard]] Answer local_answer() const;
  [[nodiscard]] Answer cloud_answer() const;
  [[nodiscard]] std::string why_not_local() const;
  [[nodiscard]] Error both_failed() const;
  [[nodiscard]] Error timed_out() const;
  void advise_key(std::string& remedy) const;
  [[nodiscard]] double latency_ms() const;
  void tell_of(const Result<Answer>& result) const;

  std::shared_ptr<ClientState> state_;
  std::string query_;
  SearchOptions options_;
  bool wants_local_;
  bool wants_cloud_;
  SteadyTime start_;
  std::optional<SteadyTime> deadline_;
  std::shared_ptr<Lanes> lanes_ = std::make_shared<Lanes>();
  std::string barred_;  // why local is not asked though it is wanted; empty: it is
  bool memory_critical_ = false;
  bool may_come_back_ = false;                // when the cloud fails: the model is sound
  std::string came_back_;                     // why it was barred, where it has
  CallRoute call_route_ = CallRoute::kLocal;  // a probe is asked at the same time as the cloud
  bool hedged_ = false;                       // the cloud was asked though local is healthy
  bool waited_for_load_ = false;
};

}  // namespace papr
