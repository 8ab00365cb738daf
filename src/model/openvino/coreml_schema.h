// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coreml_model.pb.h>
#include <mil.pb.h>

namespace papr {

namespace coreml = CoreML::Specification;
namespace mil = CoreML::Specification::MILSpec;

}  // namespace papr
