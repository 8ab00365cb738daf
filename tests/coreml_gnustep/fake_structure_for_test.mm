// SPDX-License-Identifier: Apache-2.0
#include "fake_structure_for_test.h"

using namespace papr::fake_coreml;

@interface MLModelStructureProgramBlock (Ours)
- (instancetype)initWith:(const std::vector<Operation>&)operations;
@end

@implementation MLModelStructureProgramNamedValueType
@synthesize name = _name;
- (instancetype)initWith:(const std::string&)name {
  self = [super init];
  _name = [[NSString alloc] initWithUTF8String:name.c_str()];
  return self;
}
- (void)dealloc {
  [_name release];
  [super dealloc];
}
@end

@implementation MLModelStructureProgramOperation
@synthesize operatorName = _name;
@synthesize outputs = _outputs;
@synthesize blocks = _blocks;
- (instancetype)initWith:(const Operation&)operation {
  self = [super init];
  NSMutableArray* const outputs = [[NSMutableArray alloc] init];
  if (!operation.output.empty()) {
    [outputs addObject:[[[MLModelStructureProgramNamedValueType alloc] initWith:operation.output]
                           autorelease]];
  }
  _outputs = outputs;
  _planned = &operation;
  _name = [[NSString alloc] initWithUTF8String:operation.name.c_str()];
  NSMutableArray* const blocks = [[NSMutableArray alloc] init];
  for (const auto& inner : operation.blocks) {
    [blocks addObject:[[[MLModelStructureProgramBlock alloc] initWith:inner] autorelease]];
  }
  _blocks = blocks;
  return self;
}
- (const Operation*)planned {
  return static_cast<const Operation*>(_planned);
}
- (void)dealloc {
  [_name release];
  [_outputs release];
  [_blocks release];
  [super dealloc];
}
@end

@implementation MLModelStructureProgramBlock
@synthesize operations = _operations;
- (instancetype)initWith:(const std::vector<Operation>&)operations {
  self = [super init];
  NSMutableArray* const all = [[NSMutableArray alloc] init];
  for (const Operation& one : operations) {
    [all addObject:[[[MLModelStructureProgramOperation alloc] initWith:one] autorelease]];
  }
  _operations = all;
  return self;
}
- (void)dealloc {
  [_operations release];
  [super dealloc];
}
@end

@implementation MLModelStructureProgramFunction
@synthesize block = _block;
- (instancetype)initWith:(const std::vector<Operation>&)operations {
  self = [super init];
  _block = [[MLModelStructureProgramBlock alloc] initWith:operations];
  return self;
}
- (void)dealloc {
  [_block release];
  [super dealloc];
}
@end

@implementation MLModelStructureProgram
@synthesize functions = _functions;
- (instancetype)initWith:(const Structure&)structure {
  self = [super init];
  NSMutableDictionary* const all = [[NSMutableDictionary alloc] init];
  for (const auto& [name, operations] : structure.functions) {
    [all setObject:[[[MLModelStructureProgramFunction alloc] initWith:operations] autorelease]
            forKey:[NSString stringWithUTF8String:name.c_str()]];
  }
  _functions = all;
  return self;
}
- (void)dealloc {
  [_functions release];
  [super dealloc];
}
@end

@implementation MLModelStructureNeuralNetworkLayer
@synthesize name = _name;
@synthesize type = _type;
- (instancetype)initWith:(const Operation&)operation {
  self = [super init];
  _planned = &operation;
  _name = [[NSString alloc] initWithUTF8String:operation.output.c_str()];
  _type = [[NSString alloc] initWithUTF8String:operation.name.c_str()];
  return self;
}
- (void)dealloc {
  [_name release];
  [_type release];
  [super dealloc];
}
- (const Operation*)planned {
  return static_cast<const Operation*>(_planned);
}
@end

@implementation MLModelStructureNeuralNetwork
@synthesize layers = _layers;
- (instancetype)initWith:(const std::vector<Operation>&)layers {
  self = [super init];
  NSMutableArray* const all = [[NSMutableArray alloc] init];
  for (const Operation& one : layers) {
    [all addObject:[[[MLModelStructureNeuralNetworkLayer alloc] initWith:one] autorelease]];
  }
  _layers = all;
  return self;
}
- (void)dealloc {
  [_layers release];
  [super dealloc];
}
@end

@implementation MLModelStructurePipeline
@synthesize subModels = _parts;
- (instancetype)initWith:(const std::vector<Structure>&)parts {
  self = [super init];
  NSMutableArray* const all = [[NSMutableArray alloc] init];
  for (const Structure& one : parts) {
    [all addObject:[[[MLModelStructure alloc] initWith:one] autorelease]];
  }
  _parts = all;
  return self;
}
- (void)dealloc {
  [_parts release];
  [super dealloc];
}
@end

@implementation MLModelStructure
@synthesize program = _program;
@synthesize neuralNetwork = _network;
@synthesize pipeline = _pipeline;
- (instancetype)initWith:(const Structure&)structure {
  self = [super init];
  if (!structure.functions.empty()) {
    _program = [[MLModelStructureProgram alloc] initWith:structure];
  }
  if (!structure.layers.empty()) {
    _network = [[MLModelStructureNeuralNetwork alloc] initWith:structure.layers];
  }
  if (!structure.parts.empty()) {
    _pipeline = [[MLModelStructurePipeline alloc] initWith:structure.parts];
  }
  return self;
}
- (void)dealloc {
  [_program release];
  [_network release];
  [_pipeline release];
  [super dealloc];
}
@end
