// SPDX-License-Identifier: Apache-2.0
// A Core ML of ours for the tests: what the backend uses of it, and no more. Written from the names
// in Apple's documentation; tools/check_coreml_headers.py holds each declaration against what
// PyObjC knows of the real one. The runtime here wants to see instance variables.
#pragma once

#import <Foundation/Foundation.h>

#ifndef API_AVAILABLE
#define API_AVAILABLE(...)
#endif

typedef enum MLComputeUnits : NSInteger {
  MLComputeUnitsCPUOnly = 0,
  MLComputeUnitsCPUAndGPU = 1,
  MLComputeUnitsAll = 2,
  MLComputeUnitsCPUAndNeuralEngine = 3
} MLComputeUnits;

typedef enum MLFeatureType : NSInteger {
  MLFeatureTypeInvalid = 0,
  MLFeatureTypeInt64 = 1,
  MLFeatureTypeDouble = 2,
  MLFeatureTypeString = 3,
  MLFeatureTypeImage = 4,
  MLFeatureTypeMultiArray = 5,
  MLFeatureTypeDictionary = 6,
  MLFeatureTypeSequence = 7,
  MLFeatureTypeState = 8
} MLFeatureType;

typedef enum MLMultiArrayDataType : NSInteger {
  MLMultiArrayDataTypeDouble = 0x10000 | 64,
  MLMultiArrayDataTypeFloat32 = 0x10000 | 32,
  MLMultiArrayDataTypeFloat16 = 0x10000 | 16,
  MLMultiArrayDataTypeInt32 = 0x20000 | 32,
  MLMultiArrayDataTypeInt8 = 0x20000 | 8
} MLMultiArrayDataType;

typedef enum MLMultiArrayShapeConstraintType : NSInteger {
  MLMultiArrayShapeConstraintTypeUnspecified = 1,
  MLMultiArrayShapeConstraintTypeEnumerated = 2,
  MLMultiArrayShapeConstraintTypeRange = 3
} MLMultiArrayShapeConstraintType;

@interface MLMultiArray : NSObject {
  void* _bytes;
  NSInteger _size;
  NSArray<NSNumber*>* _shape;
  NSArray<NSNumber*>* _strides;
  MLMultiArrayDataType _type;
  void (^_deallocator)(void*);
}
@property(readonly, nonatomic) MLMultiArrayDataType dataType;
@property(readonly, nonatomic) NSArray<NSNumber*>* shape;
@property(readonly, nonatomic) NSArray<NSNumber*>* strides;
- (instancetype)initWithDataPointer:(void*)dataPointer
                              shape:(NSArray<NSNumber*>*)shape
                           dataType:(MLMultiArrayDataType)dataType
                            strides:(NSArray<NSNumber*>*)strides
                        deallocator:(void (^)(void* bytes))deallocator
                              error:(NSError**)error;
- (void)getBytesWithHandler:(void (^)(const void* bytes, NSInteger size))handler;
@end

@interface MLMultiArrayShapeConstraint : NSObject {
  MLMultiArrayShapeConstraintType _type;
  NSArray* _ranges;
  NSArray* _listed;
}
@property(readonly, nonatomic) MLMultiArrayShapeConstraintType type;
@property(readonly, nonatomic) NSArray<NSValue*>* sizeRangeForDimension;
@property(readonly, nonatomic) NSArray<NSArray<NSNumber*>*>* enumeratedShapes;
@end

@interface MLMultiArrayConstraint : NSObject {
  NSArray* _shape;
  MLMultiArrayDataType _type;
  MLMultiArrayShapeConstraint* _constraint;
}
@property(readonly, nonatomic) NSArray<NSNumber*>* shape;
@property(readonly, nonatomic) MLMultiArrayDataType dataType;
@property(readonly, nonatomic) MLMultiArrayShapeConstraint* shapeConstraint;
@end

@interface MLFeatureDescription : NSObject {
  NSString* _name;
  MLFeatureType _type;
  BOOL _optional;
  MLMultiArrayConstraint* _constraint;
}
@property(readonly, nonatomic, copy) NSString* name;
@property(readonly, nonatomic) MLFeatureType type;
@property(readonly, nonatomic, getter=isOptional) BOOL optional;
@property(readonly, nonatomic) MLMultiArrayConstraint* multiArrayConstraint;
@end

@interface MLModelDescription : NSObject {
  NSDictionary* _inputs;
  NSDictionary* _outputs;
  NSDictionary* _states;
}
@property(readonly, nonatomic)
    NSDictionary<NSString*, MLFeatureDescription*>* inputDescriptionsByName;
@property(readonly, nonatomic)
    NSDictionary<NSString*, MLFeatureDescription*>* outputDescriptionsByName;
@property(readonly, nonatomic)
    NSDictionary<NSString*, MLFeatureDescription*>* stateDescriptionsByName;
@end

@interface MLFeatureValue : NSObject {
  MLMultiArray* _array;
}
@property(readonly, nonatomic) MLMultiArray* multiArrayValue;
+ (instancetype)featureValueWithMultiArray:(MLMultiArray*)value;
@end

@protocol MLFeatureProvider
@property(readonly, nonatomic) NSSet<NSString*>* featureNames;
- (MLFeatureValue*)featureValueForName:(NSString*)featureName;
@end

@interface MLDictionaryFeatureProvider : NSObject <MLFeatureProvider> {
  NSDictionary* _features;
}
- (instancetype)initWithDictionary:(NSDictionary<NSString*, id>*)dictionary error:(NSError**)error;
@end

@protocol MLBatchProvider
@property(readonly, nonatomic) NSInteger count;
- (id<MLFeatureProvider>)featuresAtIndex:(NSInteger)index;
@end

@interface MLArrayBatchProvider : NSObject <MLBatchProvider> {
  NSArray* _providers;
}
- (instancetype)initWithFeatureProviderArray:(NSArray<id<MLFeatureProvider>>*)array;
@end

@interface MLModelConfiguration : NSObject <NSCopying> {
  MLComputeUnits _units;
  NSString* _function;
}
@property(readwrite) MLComputeUnits computeUnits;
@property(readwrite, nonatomic, copy) NSString* functionName;
@end

@interface MLModel : NSObject {
  MLModelDescription* _description;
}
@property(readonly, nonatomic) MLModelDescription* modelDescription;
+ (NSURL*)compileModelAtURL:(NSURL*)modelURL error:(NSError**)error;
+ (instancetype)modelWithContentsOfURL:(NSURL*)url
                         configuration:(MLModelConfiguration*)configuration
                                 error:(NSError**)error;
- (id<MLFeatureProvider>)predictionFromFeatures:(id<MLFeatureProvider>)input error:(NSError**)error;
- (id<MLBatchProvider>)predictionsFromBatch:(id<MLBatchProvider>)inputBatch error:(NSError**)error;
@end

@protocol MLComputeDeviceProtocol <NSObject>
@end
@interface MLCPUComputeDevice : NSObject <MLComputeDeviceProtocol>
@end
@interface MLGPUComputeDevice : NSObject <MLComputeDeviceProtocol>
@end
@interface MLNeuralEngineComputeDevice : NSObject <MLComputeDeviceProtocol>
@end

@class MLModelStructureProgramBlock;

@interface MLModelStructureProgramNamedValueType : NSObject {
  NSString* _name;
}
@property(readonly, nonatomic, copy) NSString* name;
@end

@interface MLModelStructureProgramOperation : NSObject {
  NSString* _name;
  NSArray* _outputs;
  NSArray* _blocks;
  const void* _planned;
}
@property(readonly, nonatomic, copy) NSString* operatorName;
@property(readonly, nonatomic, copy) NSArray<MLModelStructureProgramNamedValueType*>* outputs;
@property(readonly, nonatomic, copy) NSArray<MLModelStructureProgramBlock*>* blocks;
@end

@interface MLModelStructureProgramBlock : NSObject {
  NSArray* _operations;
}
@property(readonly, nonatomic, copy) NSArray<MLModelStructureProgramOperation*>* operations;
@end

@interface MLModelStructureProgramFunction : NSObject {
  MLModelStructureProgramBlock* _block;
}
@property(readonly, nonatomic, strong) MLModelStructureProgramBlock* block;
@end

@interface MLModelStructureProgram : NSObject {
  NSDictionary* _functions;
}
@property(readonly, nonatomic, copy)
    NSDictionary<NSString*, MLModelStructureProgramFunction*>* functions;
@end

@interface MLModelStructureNeuralNetworkLayer : NSObject {
  NSString* _name;
  NSString* _type;
  const void* _planned;
}
@property(readonly, nonatomic, copy) NSString* name;
@property(readonly, nonatomic, copy) NSString* type;
@end

@interface MLModelStructureNeuralNetwork : NSObject {
  NSArray* _layers;
}
@property(readonly, nonatomic, copy) NSArray<MLModelStructureNeuralNetworkLayer*>* layers;
@end

@class MLModelStructure;

@interface MLModelStructurePipeline : NSObject {
  NSArray* _parts;
}
@property(readonly, nonatomic, copy) NSArray<MLModelStructure*>* subModels;
@end

@interface MLModelStructure : NSObject {
  MLModelStructureProgram* _program;
  MLModelStructureNeuralNetwork* _network;
  MLModelStructurePipeline* _pipeline;
}
@property(readonly, nonatomic, strong) MLModelStructureNeuralNetwork* neuralNetwork;
@property(readonly, nonatomic, strong) MLModelStructureProgram* program;
@property(readonly, nonatomic, strong) MLModelStructurePipeline* pipeline;
@end

@interface MLComputePlanCost : NSObject {
  double _weight;
}
@property(readonly, nonatomic, assign) double weight;
@end

@interface MLComputePlanDeviceUsage : NSObject {
  NSArray* _supported;
  id _preferred;
}
@property(readonly, nonatomic, copy) NSArray<id<MLComputeDeviceProtocol>>* supportedComputeDevices;
@property(readonly, nonatomic, strong) id<MLComputeDeviceProtocol> preferredComputeDevice;
@end

@interface MLComputePlan : NSObject {
  MLModelStructure* _structure;
  void* _script;
}
@property(readonly, nonatomic, strong) MLModelStructure* modelStructure;
+ (void)loadContentsOfURL:(NSURL*)url
            configuration:(MLModelConfiguration*)configuration
        completionHandler:(void (^)(MLComputePlan* plan, NSError* error))handler;
- (MLComputePlanCost*)estimatedCostOfMLProgramOperation:
    (MLModelStructureProgramOperation*)operation;
- (MLComputePlanDeviceUsage*)computeDeviceUsageForNeuralNetworkLayer:
    (MLModelStructureNeuralNetworkLayer*)layer;
- (MLComputePlanDeviceUsage*)computeDeviceUsageForMLProgramOperation:
    (MLModelStructureProgramOperation*)operation;
@end
