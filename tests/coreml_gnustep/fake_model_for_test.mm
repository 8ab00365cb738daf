// SPDX-License-Identifier: Apache-2.0
#import <CoreML/CoreML.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "fake_parts_for_test.h"

namespace fs = std::filesystem;
using namespace papr::fake_coreml;

namespace {

std::size_t size_of(MLMultiArrayDataType type) { return (type & 0xff) / 8; }

double value_at(const void* bytes, MLMultiArrayDataType type, std::int64_t at) {
  if (type == MLMultiArrayDataTypeInt32) return static_cast<const std::int32_t*>(bytes)[at];
  if (type == MLMultiArrayDataTypeFloat16) {
    return static_cast<double>(static_cast<const _Float16*>(bytes)[at]);
  }
  return static_cast<const float*>(bytes)[at];
}

void set_value(void* bytes, MLMultiArrayDataType type, std::int64_t at, double value) {
  if (type == MLMultiArrayDataTypeInt32) {
    static_cast<std::int32_t*>(bytes)[at] = static_cast<std::int32_t>(value);
  } else if (type == MLMultiArrayDataTypeFloat16) {
    static_cast<_Float16*>(bytes)[at] = static_cast<_Float16>(value);
  } else if (type == MLMultiArrayDataTypeDouble) {
    static_cast<double*>(bytes)[at] = value;
  } else if (type == MLMultiArrayDataTypeFloat32) {
    static_cast<float*>(bytes)[at] = static_cast<float>(value);
  }
}

// Where value number `at` of the shape, counted row by row, is in memory.
std::int64_t place_of(std::int64_t at, const std::vector<std::int64_t>& shape,
                      const std::vector<std::int64_t>& strides) {
  std::int64_t place = 0;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    place += at % shape[axis] * strides[axis];
    at /= shape[axis];
  }
  return place;
}

std::vector<std::int64_t> strides_of(const std::vector<std::int64_t>& shape, Layout layout) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  if (shape.size() == 2 && layout == Layout::kPaddedRows) strides[0] = shape[1] + 3;
  if (shape.size() == 2 && layout == Layout::kTransposed) strides = {1, shape[0]};
  return strides;
}

std::vector<std::int64_t> lengths_of(NSArray<NSNumber*>* numbers) {
  std::vector<std::int64_t> lengths;
  for (NSNumber* number in numbers) lengths.push_back([number longLongValue]);
  return lengths;
}

Values values_of(MLMultiArray* array) {
  __block Values read{lengths_of([array shape]), {}};
  const auto strides = lengths_of([array strides]);
  const MLMultiArrayDataType type = [array dataType];
  [array getBytesWithHandler:^(const void* bytes, NSInteger) {
    std::int64_t count = 1;
    for (const std::int64_t length : read.shape) count *= length;
    for (std::int64_t at = 0; at < count; ++at) {
      read.values.push_back(value_at(bytes, type, place_of(at, read.shape, strides)));
    }
    world().given_bytes.push_back(bytes);
  }];
  return read;
}

MLMultiArray* array_of(const Values& values, MLMultiArrayDataType type) {
  const auto strides = strides_of(values.shape, world().layout);
  std::int64_t reach = 1;
  for (std::size_t i = 0; i < strides.size(); ++i) reach += (values.shape[i] - 1) * strides[i];
  void* const bytes = ::malloc(static_cast<std::size_t>(reach) * size_of(type));
  std::memset(bytes, 0x7e, static_cast<std::size_t>(reach) * size_of(type));
  for (std::size_t at = 0; at < values.values.size(); ++at) {
    set_value(bytes, type, place_of(static_cast<std::int64_t>(at), values.shape, strides),
              values.values[at]);
  }
  const Failure failure = std::exchange(world().array, {});  // this one is Core ML's own
  MLMultiArray* const array = [[[MLMultiArray alloc] initWithDataPointer:bytes
                                                                   shape:numbers_of(values.shape)
                                                                dataType:type
                                                                 strides:numbers_of(strides)
                                                             deallocator:^(void* gone) {
                                                               ::free(gone);
                                                             }
                                                                   error:nullptr] autorelease];
  world().array = failure;
  return array;
}

}  // namespace

@implementation MLMultiArray
@synthesize dataType = _type;
@synthesize shape = _shape;
@synthesize strides = _strides;
- (instancetype)initWithDataPointer:(void*)dataPointer
                              shape:(NSArray<NSNumber*>*)shape
                           dataType:(MLMultiArrayDataType)dataType
                            strides:(NSArray<NSNumber*>*)strides
                        deallocator:(void (^)(void* bytes))deallocator
                              error:(NSError**)error {
  self = [super init];
  count(1);
  @try {
    if (fails(world().array, error)) {
      [self release];
      return nil;
    }
  } @catch (NSException*) {
    [self release];
    @throw;
  }
  _bytes = dataPointer;
  _shape = [shape copy];
  _strides = [strides copy];
  _type = dataType;
  _size = static_cast<NSInteger>(size_of(dataType));
  for (NSUInteger axis = 0; axis < [shape count]; ++axis) {
    _size += (([[shape objectAtIndex:axis] integerValue] - 1) *
              [[strides objectAtIndex:axis] integerValue]) *
             static_cast<NSInteger>(size_of(dataType));
  }
  if (deallocator != nil) _deallocator = Block_copy(deallocator);
  return self;
}
- (void)getBytesWithHandler:(void (^)(const void* bytes, NSInteger size))handler {
  if (world().bytes || _deallocator == nil) handler(_bytes, _size);
}
- (void)dealloc {
  count(-1);
  if (_deallocator != nil) {
    _deallocator(_bytes);
    Block_release(_deallocator);
  }
  [_shape release];
  [_strides release];
  [super dealloc];
}
@end

@implementation MLFeatureValue
@synthesize multiArrayValue = _array;
+ (instancetype)featureValueWithMultiArray:(MLMultiArray*)value {
  MLFeatureValue* const made = [[[self alloc] init] autorelease];
  made->_array = [value retain];
  count(1);
  return made;
}
- (void)dealloc {
  count(-1);
  [_array release];
  [super dealloc];
}
@end

@implementation MLDictionaryFeatureProvider
- (instancetype)initWithDictionary:(NSDictionary<NSString*, id>*)dictionary error:(NSError**)error {
  self = [super init];
  count(1);
  if (error != nullptr && fails(world().provider, error)) {
    [self release];
    return nil;
  }
  _features = [dictionary copy];
  return self;
}
- (NSSet<NSString*>*)featureNames {
  return [NSSet setWithArray:[_features allKeys]];
}
- (MLFeatureValue*)featureValueForName:(NSString*)featureName {
  return [_features objectForKey:featureName];
}
- (void)dealloc {
  count(-1);
  [_features release];
  [super dealloc];
}
@end

@implementation MLModelConfiguration
@synthesize computeUnits = _units;
@synthesize functionName = _function;
- (instancetype)init {
  self = [super init];
  count(1);
  return self;
}
- (id)copyWithZone:(NSZone*)zone {
  MLModelConfiguration* const copy = [[MLModelConfiguration allocWithZone:zone] init];
  [copy setComputeUnits:_units];
  [copy setFunctionName:_function];
  return copy;
}
- (void)dealloc {
  count(-1);
  [_function release];
  [super dealloc];
}
@end

@implementation MLArrayBatchProvider
- (instancetype)initWithFeatureProviderArray:(NSArray*)array {
  self = [super init];
  count(1);
  _providers = [array copy];
  return self;
}
- (NSInteger)count {
  return static_cast<NSInteger>([_providers count]);
}
- (id<MLFeatureProvider>)featuresAtIndex:(NSInteger)index {
  return [_providers objectAtIndex:static_cast<NSUInteger>(index)];
}
- (void)dealloc {
  count(-1);
  [_providers release];
  [super dealloc];
}
@end

@interface MLModelDescription (Ours)
- (instancetype)initAsInWorld;
@end

@implementation MLModel
@synthesize modelDescription = _description;
+ (NSURL*)compileModelAtURL:(NSURL*)modelURL error:(NSError**)error {
  ++world().compiles;
  if (fails(world().compile, error)) return nil;
  const fs::path package([[modelURL path] UTF8String]);
  std::string pattern =
      (fs::temp_directory_path() / (package.stem().string() + "_XXXXXX")).string();
  const fs::path made = ::mkdtemp(pattern.data());
  const fs::path compiled = made.string() + ".mlmodelc";
  fs::rename(made, compiled);
  std::ofstream(compiled / "model.mil") << "program(1.0)";
  return [NSURL fileURLWithPath:[NSString stringWithUTF8String:compiled.c_str()] isDirectory:YES];
}
+ (instancetype)modelWithContentsOfURL:(NSURL*)url
                         configuration:(MLModelConfiguration*)configuration
                                 error:(NSError**)error {
  ++world().loads;
  world().units_loaded = [configuration computeUnits];
  if ([configuration functionName] != nil) {
    world().function = [[configuration functionName] UTF8String];
  }
  world().loaded_path = [[url path] UTF8String];
  if (fails(world().load, error)) return nil;
  MLModel* const model = [[[self alloc] init] autorelease];
  count(1);
  model->_description = [[MLModelDescription alloc] initAsInWorld];
  return model;
}
- (id<MLFeatureProvider>)predictionFromFeatures:(id<MLFeatureProvider>)input
                                          error:(NSError**)error {
  ++world().predictions;
  if (fails(world().predict, error)) return nil;
  std::map<std::string, Values> inputs;
  world().given_bytes.clear();
  std::map<std::string, MLMultiArray*> arrays;  // by name, so that what was seen has an order
  for (NSString* name in [input featureNames]) {
    arrays[[name UTF8String]] = [[input featureValueForName:name] multiArrayValue];
  }
  for (const auto& [name, array] : arrays) inputs[name] = values_of(array);
  NSMutableDictionary* const outputs = [NSMutableDictionary dictionary];
  const auto computed = world().compute(inputs);
  for (const Feature& feature : world().outputs) {
    const auto found = computed.find(feature.name);
    if (found == computed.end()) continue;
    MLMultiArray* const array =
        array_of(found->second, static_cast<MLMultiArrayDataType>(feature.data_type));
    [outputs setObject:[MLFeatureValue featureValueWithMultiArray:array]
                forKey:[NSString stringWithUTF8String:feature.name.c_str()]];
  }
  return [[[MLDictionaryFeatureProvider alloc] initWithDictionary:outputs
                                                            error:nullptr] autorelease];
}
- (id<MLBatchProvider>)predictionsFromBatch:(id<MLBatchProvider>)inputBatch error:(NSError**)error {
  ++world().batches;
  NSMutableArray* const answers = [NSMutableArray array];
  const NSInteger lost = world().batch_is_short ? 1 : 0;
  for (NSInteger i = 0; i < [inputBatch count] - lost; ++i) {
    id<MLFeatureProvider> const answer = [self predictionFromFeatures:[inputBatch featuresAtIndex:i]
                                                                error:error];
    if (answer == nil) return nil;
    [answers addObject:answer];
  }
  return [[[MLArrayBatchProvider alloc] initWithFeatureProviderArray:answers] autorelease];
}
- (void)dealloc {
  count(-1);
  [_description release];
  [super dealloc];
}
@end
