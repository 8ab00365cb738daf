// SPDX-License-Identifier: Apache-2.0
// Debian's runtime of blocks does not retain the Objective-C objects that a block captures, as that
// of macOS does. These stand before its functions and add that.
#import <Foundation/Foundation.h>
#include <dlfcn.h>

namespace {
constexpr int kObject = 3;  // BLOCK_FIELD_IS_OBJECT
constexpr int kKinds = 0xff;
}  // namespace

extern "C" void _Block_object_assign(void* to, const void* object, const int flags) {
  using Function = void (*)(void*, const void*, int);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "_Block_object_assign"));
  if ((flags & kKinds) == kObject) {
    *static_cast<id*>(to) = [static_cast<id>(const_cast<void*>(object)) retain];
  } else {
    next(to, object, flags);
  }
}

extern "C" void _Block_object_dispose(const void* object, const int flags) {
  using Function = void (*)(const void*, int);
  static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "_Block_object_dispose"));
  if ((flags & kKinds) == kObject) {
    [static_cast<id>(const_cast<void*>(object)) release];
  } else {
    next(object, flags);
  }
}
