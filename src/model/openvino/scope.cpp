// SPDX-License-Identifier: Apache-2.0
#include "scope.h"

#include <memory>
#include <openvino/op/constant.hpp>
#include <openvino/op/convert.hpp>
#include <utility>
#include <vector>

#include "bad_program.h"
#include "literal.h"
#include "mil_types.h"

namespace papr {
namespace {

using ov::op::v0::Constant;
using ov::op::v0::Convert;

// Points into the mapped weight file and keeps it mapped.
std::shared_ptr<Constant> wrap(const Literal& literal) {
  return std::make_shared<Constant>(literal.type, literal.shape,
                                    static_cast<const void*>(literal.bytes.data()),
                                    std::const_pointer_cast<void>(literal.owner));
}

// Without the mark OpenVINO folds the pair into an f32 constant of twice the size. The name is that
// of its internal attribute `Decompression`; a test holds it to that.
Value decompressed(std::shared_ptr<Constant> half) {
  auto convert = std::make_shared<Convert>(std::move(half), ov::element::f32);
  convert->get_rt_info()["decompression_0"] = true;
  return convert;
}

}  // namespace

void Scope::define(const std::string& name, Value value) {
  if (name.empty()) reject_corrupt("an output without a name");
  if (constants_.contains(name) || !values_.emplace(name, std::move(value)).second) {
    reject_corrupt("\"" + name + "\" is defined twice");
  }
}

void Scope::define_constant(const std::string& name, const mil::Value& value) {
  if (name.empty()) reject_corrupt("a constant without a name");
  if (values_.contains(name) || !constants_.emplace(name, &value).second) {
    reject_corrupt("\"" + name + "\" is defined twice");
  }
}

Value Scope::value(const std::string& name) {
  const auto known = values_.find(name);
  if (known != values_.end()) return known->second;
  const auto made = make_constant(constant(name));
  values_.emplace(name, made);
  return made;
}

const mil::Value& Scope::constant(const std::string& name) const {
  const auto known = constants_.find(name);
  if (known != constants_.end()) return *known->second;
  reject_corrupt("\"" + name +
                 (values_.contains(name) ? "\" is no constant" : "\" is not defined"));
}

Value Scope::make_constant(const mil::Value& value) {
  const Literal literal = read_literal(value, weights_);
  if (literal.mapped && literal.type == ov::element::f16) return decompressed(wrap(literal));
  const ov::element::Type wide = widened(literal.type);
  if (literal.mapped && literal.type == wide) return wrap(literal);
  const Constant narrow(literal.type, literal.shape,
                        static_cast<const void*>(literal.bytes.data()));
  if (literal.type == wide) return std::make_shared<Constant>(narrow);
  if (wide == ov::element::f32) {
    return std::make_shared<Constant>(wide, literal.shape, narrow.cast_vector<float>());
  }
  return std::make_shared<Constant>(wide, literal.shape, narrow.cast_vector<std::int32_t>());
}

}  // namespace papr
