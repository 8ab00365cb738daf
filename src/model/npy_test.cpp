// SPDX-License-Identifier: Apache-2.0
#include "npy.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

Result<NpyArray> parse(std::string_view file) {
  return parse_npy(std::as_bytes(std::span(file.data(), file.size())));
}

// As numpy.save writes it, with a dictionary of the test's own.
std::string file_of(std::string dictionary, std::size_t value_bytes) {
  const auto length = static_cast<char>(dictionary.size());
  return std::string("\x93NUMPY\x01\x00", 8) + length + '\0' + dictionary +
         std::string(value_bytes, 'v');
}
std::string file_of(std::string_view descr, std::string_view order, std::string_view shape,
                    std::size_t value_bytes) {
  return file_of("{'descr': '" + std::string(descr) + "', 'fortran_order': " + std::string(order) +
                     ", 'shape': " + std::string(shape) + ", }",
                 value_bytes);
}

TEST(Npy, WhatIsWrittenIsReadAgain) {
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{}, {3}, {2, 3}, {1, 1000000, 0}}) {
    const std::string header = npy_header(ElementType::kFloat16, shape);
    EXPECT_EQ(header.size() % 64, 0u);
    const std::size_t count = shape.empty() ? 1 : shape.size() == 1 ? 3 : shape.size() == 2 ? 6 : 0;
    const std::string file = header + std::string(2 * count, 'v');
    const auto array = parse(file);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->type, ElementType::kFloat16);
    EXPECT_EQ(array->shape, shape);
    EXPECT_EQ(array->bytes.size(), 2 * count);
  }
}

TEST(Npy, TheHeaderIsThatOfNumpy) {
  const std::int64_t shape[] = {2, 3};
  const std::string header = npy_header(ElementType::kInt32, shape);
  EXPECT_TRUE(header.starts_with(std::string_view("\x93NUMPY\x01\x00\x76\x00", 10)));
  EXPECT_TRUE(header.contains("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }  "));
  EXPECT_TRUE(header.ends_with(" \n"));
}

TEST(Npy, LaterVersionsAndOtherOrdersOfKeysAreRead) {
  const std::string dictionary = "{\"shape\": (2,), \"descr\": \"<f4\", \"fortran_order\": True}\n";
  for (const char version : {'\x02', '\x03'}) {
    const std::string file = std::string("\x93NUMPY") + version + '\0' +
                             static_cast<char>(dictionary.size()) + std::string(3, '\0') +
                             dictionary + std::string(8, 'v');
    const auto array = parse(file);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape, std::vector<std::int64_t>{2});
  }
}

TEST(Npy, WhatModelsDoNotTakeIsRefusedWithThePythonThatMends) {
  const struct {
    const char* descr;
    const char* order;
    const char* remedy;
  } cases[] = {{">f4", "False", "astype(\"<f4\")"},
               {"<i8", "False", "astype(\"int32\")"},
               {"<f8", "False", "float32"},
               {"|b1", "False", "int32"},
               {"<f4", "True", "ascontiguousarray"}};
  for (const auto& [descr, order, remedy] : cases) {
    const auto array = parse(file_of(descr, order, "(1, 1)", 4));
    ASSERT_FALSE(array) << descr;
    EXPECT_EQ(array.error().code, ErrorCode::kUnsupported);
    EXPECT_TRUE(array.error().remedy.contains(remedy)) << array.error().remedy;
  }
  const auto fields =
      parse(file_of("{'descr': [('a', '<i4')], 'fortran_order': False, "
                    "'shape': (1,), }",
                    4));
  ASSERT_FALSE(fields);
  EXPECT_EQ(fields.error().code, ErrorCode::kUnsupported);
}

TEST(Npy, EveryTruncationAndWhatIsTooLongIsCorrupt) {
  const std::string whole = file_of("<f4", "False", "(2, 2)", 16);
  ASSERT_TRUE(parse(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto array = parse(std::string_view(whole).substr(0, length));
    ASSERT_FALSE(array) << length;
    EXPECT_EQ(array.error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(array.error().remedy.empty());
  }
  EXPECT_FALSE(parse(whole + "v"));
}

TEST(Npy, DamagedHeadersAreCorrupt) {
  for (const char* const dictionary :
       {"", "{", "{}", "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1, }",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776, 1099511627776), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } more"}) {
    const auto array = parse(file_of(dictionary, 4));
    ASSERT_FALSE(array) << dictionary;
    EXPECT_EQ(array.error().code, ErrorCode::kCorrupt) << dictionary;
  }
}

}  // namespace
}  // namespace papr
