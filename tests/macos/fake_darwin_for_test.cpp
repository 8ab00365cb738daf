// SPDX-License-Identifier: Apache-2.0
// The part of macOS that source `macos` and PressureWake call, without a Mac. Compiled with
// Darwin's headers, so each layout and constant is Darwin's. It ends the process where the real one
// would crash or leave a caller without its answer.
#include "fake_darwin_for_test.h"

#include <dispatch/dispatch.h>
#include <mach/vm_page_size.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

constexpr mach_port_t kTask = 0x103;
constexpr mach_port_t kHost = 0x203;

int darwin_errno = 0;

void require(bool sound) {
  if (!sound) std::abort();
}

struct Object {
  bool is_source = false;
  bool activated = false;
  bool cancelled = false;
  void* context = nullptr;
  dispatch_function_t handler = nullptr;
};

// One source at most is there at a time in these tests.
Object* the_source = nullptr;

template <class T>
Object* object_of(T pointer) {
  return reinterpret_cast<Object*>(pointer);
}

}  // namespace

int living_dispatch_objects = 0;
bool refuse_dispatch_source = false;

void fire_memory_pressure() {
  if (the_source == nullptr || !the_source->activated || the_source->cancelled) return;
  the_source->handler(the_source->context);
}

extern "C" {

mach_port_t mach_task_self_ = kTask;
vm_size_t vm_kernel_page_size = 16384;

int* __error() { return &darwin_errno; }

mach_port_t mach_host_self() {
  if (fake_darwin.no_host) return MACH_PORT_NULL;
  ++fake_darwin.rights_taken;
  return kHost;
}

kern_return_t mach_port_deallocate(ipc_space_t task, mach_port_name_t name) {
  if (task != kTask || name != kHost) return KERN_INVALID_NAME;
  ++fake_darwin.rights_given_back;
  return fake_darwin.give_back_code;
}

kern_return_t host_statistics64(host_t host, host_flavor_t flavor, host_info64_t out,
                                mach_msg_type_number_t* count) {
  require(host == kHost && flavor == HOST_VM_INFO64);
  fake_darwin.offered.at(fake_darwin.calls++) = *count;
  if (fake_darwin.statistics_code != KERN_SUCCESS) return fake_darwin.statistics_code;
  // As MIG's stub does: what fits is copied, and the count says what there would have been.
  std::array<integer_t, HOST_INFO_MAX> words{};
  std::memcpy(words.data(), &fake_darwin.statistics, sizeof fake_darwin.statistics);
  const auto given = std::min(*count, fake_darwin.words);
  std::memcpy(out, words.data(), given * sizeof(integer_t));
  *count = fake_darwin.claims != 0 ? fake_darwin.claims : given;
  if (fake_darwin.too_large.empty()) return KERN_SUCCESS;
  *count = fake_darwin.too_large.front();
  fake_darwin.too_large.erase(fake_darwin.too_large.begin());
  return MIG_ARRAY_TOO_LARGE;
}

int sysctlbyname(const char* name, void* out, size_t* size, void* in, size_t in_size) {
  require(in == nullptr && in_size == 0);
  const auto found = fake_darwin.sysctls.find(std::string_view(name));
  darwin_errno = found == fake_darwin.sysctls.end() ? ENOENT : found->second.error;
  if (darwin_errno != 0) return -1;
  const auto& bytes = found->second.bytes;
  const std::size_t given = std::min(*size, bytes.size());
  std::memcpy(out, bytes.data(), given);
  *size = given;
  if (given < bytes.size()) darwin_errno = ENOMEM;
  return given < bytes.size() ? -1 : 0;
}

struct dispatch_source_type_s {
  int unused;
};
const struct dispatch_source_type_s _dispatch_source_type_memorypressure = {1};

dispatch_queue_t dispatch_queue_create(const char*, dispatch_queue_attr_t attribute) {
  require(attribute == DISPATCH_QUEUE_SERIAL);
  ++living_dispatch_objects;
  return reinterpret_cast<dispatch_queue_t>(new Object);
}

dispatch_source_t dispatch_source_create(dispatch_source_type_t type, uintptr_t handle,
                                         uintptr_t mask, dispatch_queue_t queue) {
  require(type == DISPATCH_SOURCE_TYPE_MEMORYPRESSURE && handle == 0 && queue != nullptr);
  require(mask == (DISPATCH_MEMORYPRESSURE_NORMAL | DISPATCH_MEMORYPRESSURE_WARN |
                   DISPATCH_MEMORYPRESSURE_CRITICAL));
  if (refuse_dispatch_source) return nullptr;
  require(the_source == nullptr);
  ++living_dispatch_objects;
  the_source = new Object{.is_source = true};
  return reinterpret_cast<dispatch_source_t>(the_source);
}

void dispatch_set_context(dispatch_object_t object, void* context) {
  object_of(object)->context = context;
}

void dispatch_source_set_event_handler_f(dispatch_source_t source, dispatch_function_t handler) {
  object_of(source)->handler = handler;
}

void dispatch_activate(dispatch_object_t object) {
  require(object_of(object)->handler != nullptr);
  object_of(object)->activated = true;
}

void dispatch_source_cancel(dispatch_source_t source) { object_of(source)->cancelled = true; }

void dispatch_sync_f(dispatch_queue_t queue, void* context, dispatch_function_t work) {
  require(!object_of(queue)->is_source && (the_source == nullptr || the_source->cancelled));
  work(context);
}

void dispatch_release(dispatch_object_t object) {
  Object* const released = object_of(object);
  // "Release of an inactive object" and, where events may still come, a call into what is gone.
  require(!released->is_source || (released->activated && released->cancelled));
  if (released == the_source) the_source = nullptr;
  --living_dispatch_objects;
  delete released;
}

}  // extern "C"
