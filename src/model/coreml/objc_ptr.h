// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <Foundation/Foundation.h>

#include <utility>

namespace papr {

/// Owns one reference to an Objective-C object. T is a pointer: MLModel*, id<MLFeatureProvider>.
/// The only place that retains and releases: these files are built without ARC on every system, so
/// that the memory management that is tested is the one that runs.
template <class T>
class objc_ptr {
 public:
  objc_ptr() = default;
  objc_ptr(const objc_ptr& other) : object_([other.object_ retain]) {}
  objc_ptr(objc_ptr&& other) noexcept : object_(std::exchange(other.object_, nil)) {}
  objc_ptr& operator=(objc_ptr other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~objc_ptr() { [object_ release]; }

  /// Of what alloc, copy or new gave: the reference becomes ours.
  [[nodiscard]] static objc_ptr take(T object) {
    objc_ptr owner;
    owner.object_ = object;
    return owner;
  }
  /// Of what any other method gave: a reference of our own is added.
  [[nodiscard]] static objc_ptr keep(T object) { return take([object retain]); }

  [[nodiscard]] T get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nil; }

 private:
  T object_ = nil;
};

}  // namespace papr
