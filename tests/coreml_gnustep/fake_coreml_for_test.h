// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../../src/model/coreml/coreml_error.h"

/// What our Core ML does, and what was asked of it. For tests, which start it anew each.
namespace papr::fake_coreml {

// Numbers as Apple's enumerations have them.
constexpr std::int64_t kInt32 = 0x20020, kFloat16 = 0x10010, kFloat32 = 0x10020, kDouble = 0x10040,
                       kInt8 = 0x20008;
constexpr std::int64_t kArray = 5, kImage = 4;

/// An input, output or state of the model.
struct Feature {
  std::string name;
  std::int64_t data_type = kFloat32;
  std::vector<std::int64_t> shape = {};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges = {};  ///< location, length
  std::vector<std::vector<std::int64_t>> listed = {};
  bool optional = false;
  std::int64_t type = kArray;
};

/// How one kind of call fails.
struct Failure {
  enum class How { kNot, kError, kNil, kObjcException, kCxxException };
  How how = How::kNot;
  std::vector<NativeError> chain = {};  ///< outermost first

  [[nodiscard]] static Failure with(NativeError error) { return {How::kError, {std::move(error)}}; }
};

/// Values of a tensor, one after the other.
struct Values {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};
using Compute = std::function<std::map<std::string, Values>(const std::map<std::string, Values>&)>;

enum class Device { kNone, kCpu, kGpu, kNeuralEngine, kUnknownOne };

struct Operation {
  std::string name = "ios17.linear";
  std::string output = {};             ///< the name of what it computes; of a layer: its own
  std::optional<double> weight = 1.0;  ///< nullopt: the cost is nil
  Device device = Device::kNeuralEngine;
  std::vector<Device> supported = {};
  bool silent = false;  ///< the usage is nil
  std::vector<std::vector<Operation>> blocks = {};
};

struct Structure {
  std::map<std::string, std::vector<Operation>> functions = {};
  std::vector<Operation> layers = {};
  std::vector<Structure> parts = {};
};

/// How the bytes of an output lie.
enum class Layout { kPlain, kPaddedRows, kTransposed };

struct World {
  std::vector<Feature> inputs;
  std::vector<Feature> outputs;
  std::vector<Feature> states = {};
  Compute compute;
  Structure plan;
  Layout layout = Layout::kPlain;
  bool bytes = true;            ///< false: an output calls no handler
  bool batch_is_short = false;  ///< the last answer of a batch is missing

  Failure compile = {};
  Failure load = {};
  Failure array = {};
  Failure provider = {};
  Failure predict = {};
  Failure ask = {};        ///< the call for a plan
  Failure answer = {};     ///< what its handler is given
  Failure walk = {};       ///< looking at an operation of the plan
  bool late_plan = false;  ///< it comes when `let_plans_come` is called

  // What was seen.
  int compiles = 0;
  int loads = 0;
  int predictions = 0;
  int batches = 0;
  int plans = 0;
  std::int64_t units_loaded = -1;
  std::int64_t units_planned = -1;
  std::string function;
  std::string loaded_path;
  std::string planned_path;
  std::vector<const void*> given_bytes;  ///< of the last prediction, by name of input
};

/// Guarded by nobody: for the thread of the test. What runs beside it has copies.
World& world();

/// A world with a small text model: int32 [1..4, 1..8] in, [batch, 4] of float32 out.
void start_anew();

/// Answers the plans that are late, and waits until their handlers are done.
void let_plans_come();

/// Objects of Core ML that are alive.
int live_objects();

/// Has to be called first of all in main: what Foundation keeps for ever is then no leak.
void warm_up();

}  // namespace papr::fake_coreml
