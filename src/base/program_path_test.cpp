// SPDX-License-Identifier: Apache-2.0
#include "program_path.h"

#include <gtest/gtest.h>

#include "processes_for_test.h"
#include "temporary_folder.h"

namespace papr {
namespace {

class FindProgram : public testing::Test {
 protected:
  FindProgram() {
    for (const char* name : {"first", "second", "data", "folders"}) {
      std::filesystem::create_directory(at(name));
    }
    write_program(at("second/tool"), "#!/bin/sh\n");
    folder.write("data/tool", "not executable");
    std::filesystem::create_directory(at("folders/tool"));
  }

  [[nodiscard]] std::string at(const std::string& name) const {
    return (folder.path() / name).string();
  }

  TemporaryFolder folder;
};

TEST_F(FindProgram, TheFirstThatMayBeExecutedIsTaken) {
  for (const std::string& path :
       {at("second"), at("missing") + ":" + at("first") + ":" + at("second"),
        at("data") + ":" + at("folders") + ":" + at("second"), at("second") + "/::" + at("data")}) {
    const PathForTest set(path);
    const auto found = find_program("tool");
    ASSERT_TRUE(found) << path << found.error().message;
    EXPECT_TRUE(std::filesystem::equivalent(*found, at("second/tool"))) << path;
  }
}

TEST_F(FindProgram, WhatLiesInTheCurrentFolderIsNotTaken) {
  const CurrentFolderForTest current(at("second"));
  for (const char* path : {"", ":", ".", "::.:../second", "relative:./"}) {
    const PathForTest set(path);
    EXPECT_EQ(find_program("tool").error().code, ErrorCode::kNotFound) << path;
  }
}

TEST_F(FindProgram, WhatMayNotBeExecutedIsSaid) {
  for (const char* name : {"data", "folders"}) {
    const PathForTest set(at(name) + ":" + at("first"));
    const auto found = find_program("tool");
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, ErrorCode::kUnavailable) << name;
    EXPECT_EQ(find_program(at(name) + "/tool").error().code, ErrorCode::kUnavailable) << name;
  }
}

TEST_F(FindProgram, ANameWithASlashIsAPath) {
  const PathForTest set("");
  EXPECT_EQ(find_program(at("second/tool")).value(), at("second/tool"));
  EXPECT_EQ(find_program(at("first/tool")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(find_program("").error().code, ErrorCode::kNotFound);
}

TEST_F(FindProgram, WithoutAPathTheFoldersOfTheSystemAreLookedAt) {
  const PathForTest set(std::nullopt);
  EXPECT_EQ(find_program("sh").value().filename(), "sh");
}

}  // namespace
}  // namespace papr
