// SPDX-License-Identifier: Apache-2.0
#include "translate.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "../../base/fake_file_reader.h"
#include "program_builder_for_test.h"

namespace papr {
namespace {

Error error_of(const ProgramBuilder& program) {
  FakeFileReader no_files({});
  const auto translated = translate_program(no_files, program.package());
  return translated ? Error{ErrorCode::kInvalidArgument, "no error", {}} : translated.error();
}

// x [2, 3] → one op "out" → the output. `build` adds constants and the op.
ProgramBuilder with_x(const std::function<void(ProgramBuilder&)>& build) {
  ProgramBuilder program;
  program.input("x", {2, 3});
  build(program);
  program.output("out");
  return program;
}

struct Case {
  const char* what;
  const char* said;  ///< part of the message
  std::function<void(ProgramBuilder&)> build;
};

const Case kCorrupt[] = {
    {"missing operand", "operand \"y\": missing",
     [](ProgramBuilder& p) { p.op("add", "out", {2, 3}, {{"x", "x"}}); }},
    {"undefined name", "\"nobody\" is not defined",
     [](ProgramBuilder& p) { p.op("add", "out", {2, 3}, {{"x", "x"}, {"y", "nobody"}}); }},
    {"used before it is defined", "\"out\" is not defined",
     [](ProgramBuilder& p) { p.op("add", "out", {2, 3}, {{"x", "x"}, {"y", "out"}}); }},
    {"defined twice", "defined twice",
     [](ProgramBuilder& p) { p.op("add", "x", {2, 3}, {{"x", "x"}, {"y", "x"}}); }},
    {"two tensors for one", "a list where one tensor",
     [](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}, {"x", "x"}}); }},
    {"argument without binding", "neither a name nor a value",
     [](ProgramBuilder& p) {
       auto& op = p.op("softmax", "out", {2, 3}, {});
       (*op.mutable_inputs())["x"].add_arguments();
     }},
    {"empty list of tensors", "an empty list",
     [](ProgramBuilder& p) {
       p.integer("axis", 0);
       auto& op = p.op("concat", "out", {2, 3}, {{"axis", "axis"}});
       (*op.mutable_inputs())["values"];
     }},
    {"empty axes", "an empty list",
     [](ProgramBuilder& p) {
       p.integers("axes", {});
       p.op("reduce_sum", "out", {2, 3}, {{"x", "x"}, {"axes", "axes"}});
     }},
    {"axis out of range", "axis 2 of 2",
     [](ProgramBuilder& p) {
       p.integer("axis", 2);
       p.op("softmax", "out", {2, 3}, {{"x", "x"}, {"axis", "axis"}});
     }},
    {"axis out of range from the end", "axis -3 of 2",
     [](ProgramBuilder& p) {
       p.integers("axes", {-3});
       p.op("reduce_sum", "out", {2}, {{"x", "x"}, {"axes", "axes"}});
     }},
    {"the same axis twice", "twice",
     [](ProgramBuilder& p) {
       p.integers("perm", {1, -1});
       p.op("transpose", "out", {3, 2}, {{"x", "x"}, {"perm", "perm"}});
     }},
    {"not every axis", "not every axis",
     [](ProgramBuilder& p) {
       p.integers("perm", {0});
       p.op("transpose", "out", {2, 3}, {{"x", "x"}, {"perm", "perm"}});
     }},
    {"constant of another type", "where integers are needed",
     [](ProgramBuilder& p) {
       p.floats("axis", {}, {1});
       p.op("softmax", "out", {2, 3}, {{"x", "x"}, {"axis", "axis"}});
     }},
    {"computed where a constant is needed", "is no constant",
     [](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}, {"axis", "x"}}); }},
    {"no string", "no string",
     [](ProgramBuilder& p) {
       p.integer("mode", 1);
       p.op("gelu", "out", {2, 3}, {{"x", "x"}, {"mode", "mode"}});
     }},
    {"too few values", "with 8 bytes",
     [](ProgramBuilder& p) {
       p.floats("y", {3}, {1, 2});
       p.op("add", "out", {2, 3}, {{"x", "x"}, {"y", "y"}});
     }},
    {"a shape whose product overflows", "fits no memory",
     [](ProgramBuilder& p) {
       p.floats("y", {1 << 30, 1 << 30, 1 << 30}, {1});
       p.op("add", "out", {2, 3}, {{"x", "x"}, {"y", "y"}});
     }},
    {"a result that fits no memory", "fits no memory",
     [](ProgramBuilder& p) {
       p.input("wide", {1 << 30, 1});
       p.input("high", {1, 1 << 30});
       p.op("add", "out", {1 << 30, 1 << 30}, {{"x", "wide"}, {"y", "high"}});
     }},
    {"shapes that do not broadcast", "",
     [](ProgramBuilder& p) {
       p.floats("y", {4}, {1, 2, 3, 4});
       p.op("add", "out", {2, 3}, {{"x", "x"}, {"y", "y"}});
     }},
    {"another shape than the program says", "the program says",
     [](ProgramBuilder& p) { p.op("softmax", "out", {3, 2}, {{"x", "x"}}); }},
    {"another type than the program says", "the program says",
     [](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}}, mil::INT32); }},
    {"no output", "not one output",
     [](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}}).clear_outputs(); }},
    {"a mask of another length", "not one flag for each axis",
     [](ProgramBuilder& p) {
       p.integers("at", {0, 0});
       p.integers("mask", {1});
       p.op("slice_by_index", "out", {2, 3},
            {{"x", "x"}, {"begin", "at"}, {"end", "at"}, {"end_mask", "mask"}});
     }},
    {"a weight that is no matrix", "not a matrix",
     [](ProgramBuilder& p) {
       p.floats("w", {3}, {1, 2, 3});
       p.op("linear", "out", {2, 1}, {{"x", "x"}, {"weight", "w"}});
     }},
};

TEST(TranslateProgram, DamageIsCorruptAndTheMessageNamesTheOp) {
  for (const Case& damage : kCorrupt) {
    SCOPED_TRACE(damage.what);
    const ProgramBuilder program = with_x(damage.build);
    const Error error = error_of(program);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
    EXPECT_NE(error.message.find(damage.said), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("op \""), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
  }
}

const Case kUnsupported[] = {
    {"op", "op \"fold\", output \"out\": not supported",
     [](ProgramBuilder& p) { p.op("fold", "out", {2, 3}, {{"x", "x"}}); }},
    {"op that is known not to be translated", "op \"gru\", output \"out\": not supported",
     [](ProgramBuilder& p) { p.op("gru", "out", {2, 3}, {{"x", "x"}}); }},
    {"several ops", "op \"gru\", output \"out\": not supported; nor is \"fold\", \"rnn\"",
     [](ProgramBuilder& p) {
       p.op("gru", "out", {2, 3}, {{"x", "x"}});
       for (const char* const type : {"rnn", "fold", "gru", "softmax"}) {
         p.op(type, std::string("of ") + type, {2, 3}, {{"x", "out"}});
       }
     }},
    {"op with a name of its own", "op \"gru\", name \"layer 1\", output \"out\"",
     [](ProgramBuilder& p) {
       auto& op = p.op("gru", "out", {2, 3}, {{"x", "x"}});
       auto& name = (*op.mutable_attributes())["name"];
       name.mutable_immediatevalue()->mutable_tensor()->mutable_strings()->add_values("layer 1");
     }},
    {"operand", "operand \"beta\"",
     [](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}, {"beta", "x"}}); }},
    {"operand in an attribute", "operand \"beta\"",
     [](ProgramBuilder& p) {
       auto& op = p.op("softmax", "out", {2, 3}, {{"x", "x"}});
       (*op.mutable_attributes())["beta"];
     }},
    {"integers for floats", "operand \"x\" of type i32",
     [](ProgramBuilder& p) {
       p.integers("i", {1, 2});
       p.op("softmax", "out", {2}, {{"x", "i"}});
     }},
    {"mode", "mode \"CUBIC\"",
     [](ProgramBuilder& p) {
       p.text("mode", "CUBIC");
       p.op("gelu", "out", {2, 3}, {{"x", "x"}, {"mode", "mode"}});
     }},
    {"grid", "sampling_mode \"OFFSET_CORNERS\"",
     [](ProgramBuilder& p) {
       p.text("mode", "OFFSET_CORNERS");
       p.op("resize_bilinear", "out", {2, 3}, {{"x", "x"}, {"sampling_mode", "mode"}});
     }},
    {"element type", "element type \"fp8\"",
     [](ProgramBuilder& p) {
       p.text("dtype", "fp8");
       p.op("cast", "out", {2, 3}, {{"x", "x"}, {"dtype", "dtype"}});
     }},
};

TEST(TranslateProgram, WhatIsNotTranslatedIsUnsupportedAndNamed) {
  for (const Case& program : kUnsupported) {
    SCOPED_TRACE(program.what);
    const Error error = error_of(with_x(program.build));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported) << error.message;
    EXPECT_NE(error.message.find(program.said), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("function \"main\""), std::string::npos) << error.message;
    EXPECT_FALSE(error.remedy.empty());
  }
}

TEST(TranslateProgram, AMessageBringsNoControlCharacterOfTheProgramToATerminal) {
  const Error error = error_of(with_x([](ProgramBuilder& p) {
    p.op(
        "\xC2\x9B"
        "31mconv\x1b[0m",
        "out", {2, 3}, {{"x", "x"}});
  }));
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("op \" 31mconv [0m\""), std::string::npos) << error.message;
}

ProgramBuilder sound() {
  return with_x([](ProgramBuilder& p) { p.op("softmax", "out", {2, 3}, {{"x", "x"}}); });
}

TEST(TranslateProgram, AFunctionThatIsNotWholeIsRefused) {
  const struct {
    const char* what;
    std::function<void(ProgramBuilder&)> damage;
  } cases[] = {
      {"no main", [](auto& p) { p.model().mutable_mlprogram()->mutable_functions()->clear(); }},
      {"no block", [](auto& p) { p.function().set_opset("CoreML99"); }},
      {"no inputs", [](auto& p) { p.function().clear_inputs(); }},
      {"unknown output", [](auto& p) { p.output("nobody"); }},
      {"input not described", [](auto& p) { p.model().mutable_description()->clear_input(); }},
      {"input of another rank",
       [](auto& p) {
         p.model()
             .mutable_description()
             ->mutable_input(0)
             ->mutable_type()
             ->mutable_multiarraytype()
             ->add_shape(1);
       }},
      {"rank that contradicts the axes",
       [](auto& p) {
         p.function().mutable_inputs(0)->mutable_type()->mutable_tensortype()->clear_dimensions();
       }},
  };
  for (const auto& [what, damage] : cases) {
    ProgramBuilder program = sound();
    ASSERT_EQ(error_of(program).message, "no error");
    damage(program);
    EXPECT_NE(error_of(program).message, "no error") << what;
  }
}

TEST(TranslateProgram, InputRangesComeFromTheDescription) {
  ProgramBuilder program;
  program.input("x", {2, 3});
  ProgramBuilder::set_type(*program.function().mutable_inputs(0)->mutable_type(), mil::FLOAT32,
                           {-1, 3});
  auto& array = *program.model()
                     .mutable_description()
                     ->mutable_input(0)
                     ->mutable_type()
                     ->mutable_multiarraytype();
  const auto add_range = [&array](std::uint64_t shortest, std::int64_t longest) {
    auto& range = *array.mutable_shaperange()->add_sizeranges();
    range.set_lowerbound(shortest);
    range.set_upperbound(longest);
  };
  add_range(1, -1);
  add_range(3, 3);
  program.op("softmax", "out", {-1, 3}, {{"x", "x"}});
  program.output("out");
  FakeFileReader no_files({});
  const auto translated = translate_program(no_files, program.package());
  ASSERT_TRUE(translated) << translated.error().message;
  const std::vector<AxisRange> expected = {{1, std::nullopt}, {3, 3}};
  EXPECT_EQ(translated->info.inputs[0].shape, expected);
  EXPECT_EQ(translated->info.outputs[0].shape, expected);

  array.mutable_shaperange()->mutable_sizeranges(1)->set_upperbound(4);
  EXPECT_EQ(error_of(program).code, ErrorCode::kCorrupt) << "the program fixes that axis to 3";
}

}  // namespace
}  // namespace papr
