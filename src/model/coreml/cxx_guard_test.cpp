// SPDX-License-Identifier: Apache-2.0
#include "cxx_guard.h"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace papr {
namespace {

TEST(CxxGuard, WhatIsThrownIsAnErrorThatSaysWhatWasDone) {
  const auto thrown = thrown_by("load model", [] { throw std::runtime_error("E5RT: no"); });
  EXPECT_EQ(thrown->code, ErrorCode::kUnavailable);
  EXPECT_EQ(thrown->message, "load model: E5RT: no");
  EXPECT_EQ(thrown_by("a", [] { throw std::bad_alloc(); })->message, "a: out of memory");
  EXPECT_EQ(thrown_by("a", [] { throw 7; })->message, "a: an exception of an unknown kind");
}

TEST(CxxGuard, WhereNothingIsThrownThereIsNoError) {
  EXPECT_FALSE(thrown_by("a", [] {}));
}

}  // namespace
}  // namespace papr
