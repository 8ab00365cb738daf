// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <CoreML/CoreML.h>

#include "fake_parts_for_test.h"

/// What a compute plan is about: a model of program, layers or parts. `structure` outlives it.
@interface MLModelStructure (Ours)
- (instancetype)initWith:(const papr::fake_coreml::Structure&)structure;
@end

@interface MLModelStructureProgramOperation (Ours)
- (const papr::fake_coreml::Operation*)planned;
@end

@interface MLModelStructureNeuralNetworkLayer (Ours)
- (const papr::fake_coreml::Operation*)planned;
@end
