// SPDX-License-Identifier: Apache-2.0
#import <Foundation/NSThread.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "fake_structure_for_test.h"

using namespace papr::fake_coreml;

// Of GNUstep: a thread that it did not make has to be made known.
extern "C" BOOL GSRegisterCurrentThread(void);
extern "C" void GSUnregisterCurrentThread(void);

namespace {

/// What one plan says. A copy, because a plan may come when the test is over.
struct Script {
  Structure structure;
  Failure answer;
  Failure walk;
  bool late = false;
};

/// Where late plans wait.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int waiting = 0;
};

Gate& gate() {
  static Gate one;
  return one;
}

id device_of(Device device) {
  switch (device) {
    case Device::kCpu:
      return [[[MLCPUComputeDevice alloc] init] autorelease];
    case Device::kGpu:
      return [[[MLGPUComputeDevice alloc] init] autorelease];
    case Device::kNeuralEngine:
      return [[[MLNeuralEngineComputeDevice alloc] init] autorelease];
    case Device::kUnknownOne:
      return [[[NSObject alloc] init] autorelease];
    case Device::kNone:
      return nil;
  }
  return nil;
}

}  // namespace

@implementation MLCPUComputeDevice
@end
@implementation MLGPUComputeDevice
@end
@implementation MLNeuralEngineComputeDevice
@end

@implementation MLComputePlanCost
@synthesize weight = _weight;
- (instancetype)initWith:(double)weight {
  self = [super init];
  _weight = weight;
  return self;
}
@end

@implementation MLComputePlanDeviceUsage
@synthesize supportedComputeDevices = _supported;
@synthesize preferredComputeDevice = _preferred;
- (instancetype)initWith:(const Operation&)operation {
  self = [super init];
  _preferred = [device_of(operation.device) retain];
  NSMutableArray* const supported = [[NSMutableArray alloc] init];
  for (const Device device : operation.supported) [supported addObject:device_of(device)];
  _supported = supported;
  return self;
}
- (void)dealloc {
  [_preferred release];
  [_supported release];
  [super dealloc];
}
@end

@implementation MLComputePlan
@synthesize modelStructure = _structure;
- (instancetype)initWith:(std::shared_ptr<const Script>)script {
  self = [super init];
  count(1);
  _structure = [[MLModelStructure alloc] initWith:script->structure];
  _script = new std::shared_ptr<const Script>(std::move(script));
  return self;
}
- (const Script&)script {
  return **static_cast<std::shared_ptr<const Script>*>(_script);
}
+ (void)loadContentsOfURL:(NSURL*)url
            configuration:(MLModelConfiguration*)configuration
        completionHandler:(void (^)(MLComputePlan* plan, NSError* error))handler {
  ++world().plans;
  world().units_planned = [configuration computeUnits];
  world().planned_path = [[url path] UTF8String];
  fails(world().ask, nullptr);
  const auto script = std::make_shared<const Script>(
      Script{world().plan, world().answer, world().walk, world().late_plan});
  void (^const copied)(MLComputePlan*, NSError*) = Block_copy(handler);
  {
    const std::scoped_lock lock(gate().mutex);
    ++gate().waiting;
    gate().open = false;
  }
  std::thread([copied, script] {
    GSRegisterCurrentThread();
    if (script->late) {
      std::unique_lock lock(gate().mutex);
      gate().changed.wait(lock, [] { return gate().open; });
    }
    @autoreleasepool {
      NSError* error = nil;
      const bool failed = fails(script->answer, &error);
      copied(failed ? nil : [[[MLComputePlan alloc] initWith:script] autorelease], error);
    }
    Block_release(copied);
    GSUnregisterCurrentThread();
    const std::scoped_lock lock(gate().mutex);
    --gate().waiting;
    gate().changed.notify_all();
  }).detach();
}
- (MLComputePlanCost*)estimatedCostOfMLProgramOperation:
    (MLModelStructureProgramOperation*)operation {
  fails([self script].walk, nullptr);
  const auto weight = [operation planned]->weight;
  return weight ? [[[MLComputePlanCost alloc] initWith:*weight] autorelease] : nil;
}
- (MLComputePlanDeviceUsage*)usageOf:(const Operation&)operation {
  if (operation.silent) return nil;
  return [[[MLComputePlanDeviceUsage alloc] initWith:operation] autorelease];
}
- (MLComputePlanDeviceUsage*)computeDeviceUsageForNeuralNetworkLayer:
    (MLModelStructureNeuralNetworkLayer*)layer {
  return [self usageOf:*[layer planned]];
}
- (MLComputePlanDeviceUsage*)computeDeviceUsageForMLProgramOperation:
    (MLModelStructureProgramOperation*)operation {
  return [self usageOf:*[operation planned]];
}
- (void)dealloc {
  count(-1);
  [_structure release];
  delete static_cast<std::shared_ptr<const Script>*>(_script);
  [super dealloc];
}
@end

namespace papr::fake_coreml {

void let_plans_come() {
  std::unique_lock lock(gate().mutex);
  gate().open = true;
  gate().changed.notify_all();
  gate().changed.wait(lock, [] { return gate().waiting == 0; });
}

}  // namespace papr::fake_coreml
