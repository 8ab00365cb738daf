// SPDX-License-Identifier: Apache-2.0
#import <CoreML/CoreML.h>

#include "fake_parts_for_test.h"

using namespace papr::fake_coreml;

@interface MLMultiArrayShapeConstraint (Ours)
- (instancetype)initOf:(const Feature&)feature;
@end
@implementation MLMultiArrayShapeConstraint
@synthesize type = _type;
@synthesize sizeRangeForDimension = _ranges;
@synthesize enumeratedShapes = _listed;
- (instancetype)initOf:(const Feature&)feature {
  self = [super init];
  _type = !feature.ranges.empty()   ? MLMultiArrayShapeConstraintTypeRange
          : !feature.listed.empty() ? MLMultiArrayShapeConstraintTypeEnumerated
                                    : MLMultiArrayShapeConstraintTypeUnspecified;
  NSMutableArray* const ranges = [[NSMutableArray alloc] init];
  for (const auto& [location, length] : feature.ranges) {
    [ranges addObject:[NSValue valueWithRange:NSMakeRange(location, length)]];
  }
  _ranges = ranges;
  NSMutableArray* const listed = [[NSMutableArray alloc] init];
  for (const auto& shape : feature.listed) [listed addObject:numbers_of(shape)];
  _listed = listed;
  return self;
}
- (void)dealloc {
  [_ranges release];
  [_listed release];
  [super dealloc];
}
@end

@interface MLMultiArrayConstraint (Ours)
- (instancetype)initOf:(const Feature&)feature;
@end
@implementation MLMultiArrayConstraint
@synthesize shape = _shape;
@synthesize dataType = _type;
@synthesize shapeConstraint = _constraint;
- (instancetype)initOf:(const Feature&)feature {
  self = [super init];
  _shape = [numbers_of(feature.shape) retain];
  _type = static_cast<MLMultiArrayDataType>(feature.data_type);
  _constraint = [[MLMultiArrayShapeConstraint alloc] initOf:feature];
  return self;
}
- (void)dealloc {
  [_shape release];
  [_constraint release];
  [super dealloc];
}
@end

@interface MLFeatureDescription (Ours)
- (instancetype)initOf:(const Feature&)feature;
@end
@implementation MLFeatureDescription
@synthesize name = _name;
@synthesize type = _type;
@synthesize optional = _optional;
@synthesize multiArrayConstraint = _constraint;
- (instancetype)initOf:(const Feature&)feature {
  self = [super init];
  _name = [[NSString alloc] initWithUTF8String:feature.name.c_str()];
  _type = static_cast<MLFeatureType>(feature.type);
  _optional = feature.optional;
  if (_type == MLFeatureTypeMultiArray) {
    _constraint = [[MLMultiArrayConstraint alloc] initOf:feature];
  }
  return self;
}
- (void)dealloc {
  [_name release];
  [_constraint release];
  [super dealloc];
}
@end

@interface MLModelDescription (Ours)
- (instancetype)initAsInWorld;
@end
@implementation MLModelDescription
@synthesize inputDescriptionsByName = _inputs;
@synthesize outputDescriptionsByName = _outputs;
@synthesize stateDescriptionsByName = _states;
- (NSDictionary*)byName:(const std::vector<Feature>&)features {
  NSMutableDictionary* const all = [[NSMutableDictionary alloc] init];
  for (const Feature& feature : features) {
    MLFeatureDescription* const one = [[MLFeatureDescription alloc] initOf:feature];
    [all setObject:one forKey:[one name]];
    [one release];
  }
  return all;
}
- (instancetype)initAsInWorld {
  self = [super init];
  _inputs = [self byName:world().inputs];
  _outputs = [self byName:world().outputs];
  _states = [self byName:world().states];
  return self;
}
- (void)dealloc {
  [_inputs release];
  [_outputs release];
  [_states release];
  [super dealloc];
}
@end
