// SPDX-License-Identifier: Apache-2.0
#import <CoreML/CoreML.h>

#include <sanitizer/lsan_interface.h>

#include <stdexcept>

#include "fake_parts_for_test.h"

namespace papr::fake_coreml {
namespace {

std::atomic<int> live{0};

NSString* text(const std::string& words) { return [NSString stringWithUTF8String:words.c_str()]; }

// [batch, 4]: the sum of the tokens that the mask leaves, times 1 to 4.
std::map<std::string, Values> embed(const std::map<std::string, Values>& inputs) {
  const Values& ids = inputs.at("input_ids");
  const Values& mask = inputs.at("attention_mask");
  Values out{{ids.shape[0], 4}, {}};
  for (std::int64_t row = 0; row < ids.shape[0]; ++row) {
    double sum = 0;
    for (std::int64_t token = 0; token < ids.shape[1]; ++token) {
      const auto at = static_cast<std::size_t>(row * ids.shape[1] + token);
      sum += ids.values[at] * mask.values[at];
    }
    for (int axis = 1; axis <= 4; ++axis) out.values.push_back(sum * axis);
  }
  return {{"sentence_embedding", out}};
}

}  // namespace

World& world() {
  static World one;
  return one;
}

void start_anew() {
  world() = World{};
  for (const char* name : {"input_ids", "attention_mask"}) {
    world().inputs.push_back(
        {.name = name, .data_type = kInt32, .shape = {1, 8}, .ranges = {{1, 4}, {1, 8}}});
  }
  world().outputs = {{.name = "sentence_embedding"}};
  world().compute = embed;
  world().plan.functions["main"] = {{.weight = 0.9}, {.weight = 0.1, .device = Device::kCpu}};
}

int live_objects() { return live; }
void count(int objects) { live += objects; }

NSError* error_of(const std::vector<NativeError>& chain) {
  NSError* error = nil;
  for (auto one = chain.rbegin(); one != chain.rend(); ++one) {
    NSMutableDictionary* const info = [NSMutableDictionary dictionary];
    [info setObject:text(one->text) forKey:NSLocalizedDescriptionKey];
    if (error != nil) [info setObject:error forKey:NSUnderlyingErrorKey];
    error = [NSError errorWithDomain:text(one->domain) code:one->code userInfo:info];
  }
  return error;
}

bool fails(const Failure& failure, NSError** error) {
  switch (failure.how) {
    case Failure::How::kNot:
      return false;
    case Failure::How::kNil:
      return true;
    case Failure::How::kError:
      if (error != nullptr) *error = error_of(failure.chain);
      return true;
    case Failure::How::kObjcException:
      [NSException raise:@"NSInvalidArgumentException" format:@"thrown by Core ML"];
      return true;
    case Failure::How::kCxxException:
      throw std::runtime_error("E5RT encountered an STL exception");
  }
  return false;
}

NSArray<NSNumber*>* numbers_of(const std::vector<std::int64_t>& lengths) {
  NSMutableArray* const numbers = [NSMutableArray array];
  for (const std::int64_t length : lengths) [numbers addObject:@(length)];
  return numbers;
}

// The first use of a class, an error text, a set fills tables that Foundation never empties.
void warm_up() {
  __lsan_disable();
  @autoreleasepool {
    start_anew();
    static_cast<void>([[NSURL fileURLWithPath:@"/a" isDirectory:YES] path]);
    static_cast<void>([error_of({{"d", 1, "t"}, {"e", 2, "u"}}) localizedDescription]);
    static_cast<void>([error_of({{"d", 1, "t"}}) localizedFailureReason]);
    static_cast<void>([[NSError errorWithDomain:@"d" code:1 userInfo:nil] localizedDescription]);
    for (id one in @[ @1, @2.5, @[ @1 ] ]) static_cast<void>([one description]);
    for (id key in [NSMutableDictionary dictionaryWithObject:@1 forKey:@"a"]) (void)key;
    static_cast<void>([@{@"a" : @1} allValues]);
    static_cast<void>([[NSValue valueWithRange:NSMakeRange(1, 2)] rangeValue]);
    static_cast<void>([[NSFileManager defaultManager] fileExistsAtPath:@"/"]);
    static_cast<void>(NSTemporaryDirectory());
    @try {
      [NSException raise:@"a" format:@"b"];
    } @catch (NSException* exception) {
      static_cast<void>([exception reason]);
    }
  }
  __lsan_enable();
}

}  // namespace papr::fake_coreml
