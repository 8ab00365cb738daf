// SPDX-License-Identifier: Apache-2.0
#include "model_key.h"

#include <gtest/gtest.h>

#include "../base/temporary_folder.h"

namespace papr {
namespace {

TEST(ModelKey, APackageThatWasWrittenAnewIsAnother) {
  const TemporaryFolder folder;
  const auto file = folder.write("m.mlpackage/Manifest.json", "{}");
  const std::string key = model_key(file.parent_path(), "24E214");
  EXPECT_EQ(model_key(file.parent_path() / ".", "24E214"), key);
  std::filesystem::last_write_time(
      file, std::filesystem::last_write_time(file) + std::chrono::seconds(1));
  EXPECT_NE(model_key(file.parent_path(), "24E214"), key);
}

TEST(ModelKey, SoIsItOnAnotherBuildOfTheSystemWhichCompilesItAnew) {
  EXPECT_NE(model_key("/no/such.mlpackage", "24E214"), model_key("/no/such.mlpackage", "24F74"));
  EXPECT_EQ(model_key("/no/such.mlpackage", ""), "/no/such.mlpackage");
}

}  // namespace
}  // namespace papr
