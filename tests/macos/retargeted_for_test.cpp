// SPDX-License-Identifier: Apache-2.0
// Takes samples of source `macos` from the kernel that the arguments describe, and prints each as a
// line of JSON, then what the calls left behind. `wake` as the only argument tries PressureWake,
// `small_room` the seam.
#include <mach/vm_page_size.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "../../src/pressure/macos_kernel.h"
#include "../../src/pressure/macos_source.h"
#include "../../src/pressure/pressure_wake.h"
#include "fake_darwin_for_test.h"

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

template <class T>
void put(const std::string& name, const T& value) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&value);
  fake_darwin.sysctls[name] = {.bytes = {bytes, bytes + sizeof value}};
}

// "62,104"
std::vector<std::uint64_t> numbers_in(const std::string& text) {
  std::vector<std::uint64_t> numbers;
  for (const char* at = text.c_str(); *at != '\0';) {
    char* end = nullptr;
    numbers.push_back(std::strtoull(at, &end, 10));
    at = *end == ',' ? end + 1 : end;
  }
  return numbers;
}

// Of a sysctl: int:4, long:4, error:1, swap:TOTAL,USED, longer_swap:TOTAL,USED or
// huge_swap:TOTAL,USED.
bool set_sysctl(const std::string& name, const std::string& value) {
  const std::string kind = value.substr(0, value.find(':'));
  const auto numbers = numbers_in(value.substr(kind.size() + 1));
  if (kind == "int") put(name, static_cast<int>(numbers.at(0)));
  if (kind == "long") put(name, numbers.at(0));
  if (kind == "error") fake_darwin.sysctls[name] = {.error = static_cast<int>(numbers.at(0))};
  if (!kind.ends_with("swap")) return true;
  put(name, xsw_usage{.xsu_total = numbers.at(0),
                      .xsu_avail = numbers.at(0) - numbers.at(1),
                      .xsu_used = numbers.at(1),
                      .xsu_pagesize = static_cast<std::uint32_t>(vm_kernel_page_size),
                      .xsu_encrypted = 1});
  if (kind == "longer_swap") fake_darwin.sysctls[name].bytes.resize(sizeof(xsw_usage) + 8);
  if (kind == "huge_swap") fake_darwin.sysctls[name].bytes.resize(256);
  return true;
}

bool set_statistic(const std::string& name, std::uint64_t value) {
  vm_statistics64_data_t& to = fake_darwin.statistics;
  const auto pages = static_cast<natural_t>(value);
  if (name == "free_count") return to.free_count = pages, true;
  if (name == "active_count") return to.active_count = pages, true;
  if (name == "inactive_count") return to.inactive_count = pages, true;
  if (name == "wire_count") return to.wire_count = pages, true;
  if (name == "speculative_count") return to.speculative_count = pages, true;
  if (name == "compressor_page_count") return to.compressor_page_count = pages, true;
  if (name == "pageins") return to.pageins = value, true;
  if (name == "pageouts") return to.pageouts = value, true;
  if (name == "swapins") return to.swapins = value, true;
  if (name == "swapouts") return to.swapouts = value, true;
  return false;
}

bool set(const std::string& name, const std::string& value, int& samples) {
  if (name.find('.') != std::string::npos) return set_sysctl(name, value);
  const auto numbers = numbers_in(value);
  const auto first = numbers.empty() ? 0 : numbers.front();
  if (name == "samples") return samples = static_cast<int>(first), true;
  if (name == "page_size") return vm_kernel_page_size = first, true;
  if (name == "code") return fake_darwin.statistics_code = static_cast<int>(first), true;
  if (name == "words") return fake_darwin.words = static_cast<natural_t>(first), true;
  if (name == "claims") return fake_darwin.claims = static_cast<natural_t>(first), true;
  if (name == "no_host") return fake_darwin.no_host = true;
  if (name == "give_back_code") return fake_darwin.give_back_code = static_cast<int>(first), true;
  if (name == "too_large")
    return fake_darwin.too_large.assign(numbers.begin(), numbers.end()), true;
  return set_statistic(name, first);
}

void print(const char* name, const std::optional<std::uint64_t>& value) {
  if (value) {
    std::printf("\"%s\": %llu, ", name, static_cast<unsigned long long>(*value));
  } else {
    std::printf("\"%s\": null, ", name);
  }
}

void print(const papr::Result<papr::MemorySample>& sample) {
  if (!sample) {
    std::printf("{\"error\": \"%s\"}\n", sample.error().message.c_str());
    return;
  }
  std::printf("{");
  print("page_size_bytes", sample->page_size_bytes);
  print("swap_used_bytes", sample->swap_used_bytes);
  print("page_ins", sample->page_ins);
  print("page_outs", sample->page_outs);
  print("swap_ins", sample->swap_ins);
  print("swap_outs", sample->swap_outs);
  print("kernel_level", sample->kernel_level);
  if (sample->free_percent) {
    std::printf("\"free_percent\": %g}\n", *sample->free_percent);
  } else {
    std::printf("\"free_percent\": null}\n");
  }
}

int try_samples(int samples) {
  const auto source = papr::make_macos_source(papr::make_macos_kernel());
  allocations = 0;
  for (int i = 0; i < samples; ++i) print(source->sample(papr::SteadyTime{}));
  std::printf(
      "{\"allocations\": %d, \"sdk_words\": %d, \"rights_taken\": %d, \"rights_given_back\": %d, "
      "\"offered\": [",
      static_cast<int>(allocations), static_cast<int>(HOST_VM_INFO64_COUNT),
      fake_darwin.rights_taken, fake_darwin.rights_given_back);
  for (std::size_t i = 0; i < fake_darwin.calls; ++i) {
    std::printf("%s%u", i == 0 ? "" : ", ", fake_darwin.offered[i]);
  }
  std::printf("]}\n");
  return 0;
}

// An answer that is longer than the room for it; the sanitizer sees what is written past its end.
int try_small_room() {
  put("vm.swapusage", xsw_usage{});
  const auto room = std::make_unique<std::byte[]>(8);
  const auto answer = papr::make_macos_kernel()->read_sysctl("vm.swapusage", {room.get(), 8});
  return answer.code == ENOMEM ? 0 : 1;
}

// The number of the step that went wrong, or 0.
int try_wake() {
  int calls = 0;
  const auto count = [&calls] { ++calls; };
  {
    const auto wake = papr::make_pressure_wake();
    wake->stop();
    fire_memory_pressure();
    if (calls != 0 || living_dispatch_objects != 0) return 1;
    if (!wake->start(count) || wake->start(count)) return 2;
    fire_memory_pressure();
    fire_memory_pressure();
    if (calls != 2) return 3;
    wake->stop();
    wake->stop();
    fire_memory_pressure();
    if (calls != 2 || living_dispatch_objects != 0) return 4;
    refuse_dispatch_source = true;
    if (wake->start(count) || living_dispatch_objects != 0) return 5;
    refuse_dispatch_source = false;
    if (!wake->start(count)) return 6;
    fire_memory_pressure();
  }
  fire_memory_pressure();
  return calls == 3 && living_dispatch_objects == 0 ? 0 : 7;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && std::strcmp(words[1], "wake") == 0) return try_wake();
  if (count == 2 && std::strcmp(words[1], "small_room") == 0) return try_small_room();
  int samples = 1;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos ||
        !set(word.substr(0, equals), word.substr(equals + 1), samples)) {
      std::printf("not understood: %s\n", words[i]);
      return 2;
    }
  }
  return try_samples(samples);
}
