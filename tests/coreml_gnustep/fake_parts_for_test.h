// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <Foundation/Foundation.h>

#include "fake_coreml_for_test.h"

namespace papr::fake_coreml {

/// True where the call has to give nil. Throws where it is to throw.
bool fails(const Failure& failure, NSError** error);
NSError* error_of(const std::vector<NativeError>& chain);
NSArray<NSNumber*>* numbers_of(const std::vector<std::int64_t>& lengths);
void count(int objects);

}  // namespace papr::fake_coreml
