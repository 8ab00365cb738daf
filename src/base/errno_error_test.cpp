// SPDX-License-Identifier: Apache-2.0
#include "errno_error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace papr {
namespace {

TEST(FailErrno, SaysVerbObjectAndWhatTheSystemSaid) {
  const Error error = fail_errno("open", "a.txt", ENOENT).error();
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "open \"a.txt\": No such file or directory");
}

TEST(FailErrno, TakesWhatTheFileSystemLibraryAnswersForTheSame) {
  const Error error =
      fail_errno("open", "a", std::make_error_code(std::errc::too_many_symbolic_link_levels))
          .error();
  EXPECT_EQ(error.message, fail_errno("open", "a", ELOOP).error().message);
  EXPECT_EQ(error.remedy, remedy_of_errno(ELOOP));
}

TEST(FailErrno, WhatAPersonCanChangeHasItsRemedy) {
  for (const int number : {ENOTDIR, ENOSPC, EDQUOT, EFBIG, EACCES, EPERM, EROFS, ELOOP,
                           ENAMETOOLONG, EMFILE, ENFILE, ENOMEM}) {
    EXPECT_NE(fail_errno("open", "a", number).error().remedy, "") << number;
  }
}

TEST(CodeOfErrno, AFileSizeLimitIsAFullDisk) {
  EXPECT_EQ(code_of_errno(EFBIG), ErrorCode::kDiskFull);
}

}  // namespace
}  // namespace papr
