// SPDX-License-Identifier: Apache-2.0
#include <dispatch/dispatch.h>

#include <utility>

#include "pressure_wake.h"

namespace papr {
namespace {

constexpr std::uintptr_t kAnyChange = DISPATCH_MEMORYPRESSURE_NORMAL |
                                      DISPATCH_MEMORYPRESSURE_WARN |
                                      DISPATCH_MEMORYPRESSURE_CRITICAL;

class DispatchWake final : public PressureWake {
 public:
  DispatchWake() = default;
  DispatchWake(const DispatchWake&) = delete;
  DispatchWake& operator=(const DispatchWake&) = delete;
  ~DispatchWake() override { stop(); }

  Result<> start(std::function<void()> on_news) override {
    if (source_ != nullptr) {
      return fail(ErrorCode::kInvalidArgument, "watch memory pressure: started already");
    }
    queue_ = ::dispatch_queue_create("papr.pressure-wake", DISPATCH_QUEUE_SERIAL);
    if (queue_ == nullptr) return fail_start("no queue");
    source_ = ::dispatch_source_create(DISPATCH_SOURCE_TYPE_MEMORYPRESSURE, 0, kAnyChange, queue_);
    if (source_ == nullptr) {
      ::dispatch_release(std::exchange(queue_, nullptr));
      return fail_start("no source");
    }
    on_news_ = std::move(on_news);
    ::dispatch_set_context(source_, this);
    ::dispatch_source_set_event_handler_f(source_, &DispatchWake::on_event);
    ::dispatch_activate(source_);  // One that was never activated must not be released.
    return {};
  }

  void stop() noexcept override {
    if (source_ == nullptr) return;
    ::dispatch_source_cancel(source_);
    // The queue is serial, so a call that is under way has ended once this one's turn has come.
    ::dispatch_sync_f(queue_, nullptr, [](void*) {});
    ::dispatch_release(std::exchange(source_, nullptr));
    ::dispatch_release(std::exchange(queue_, nullptr));
    on_news_ = nullptr;
  }

 private:
  static void on_event(void* self) { static_cast<DispatchWake*>(self)->on_news_(); }

  static std::unexpected<Error> fail_start(std::string_view why) {
    return fail(ErrorCode::kUnavailable, "watch memory pressure: " + std::string(why));
  }

  dispatch_queue_t queue_ = nullptr;
  dispatch_source_t source_ = nullptr;
  std::function<void()> on_news_;
};

}  // namespace

std::unique_ptr<PressureWake> make_pressure_wake() { return std::make_unique<DispatchWake>(); }

}  // namespace papr
