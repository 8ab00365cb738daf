// SPDX-License-Identifier: Apache-2.0
#include "package_layout.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

std::string manifest(std::string_view path) {
  return R"({"fileFormatVersion": "1.0.0", "rootModelIdentifier": "A",
             "itemInfoEntries": {"A": {"path": ")" +
         std::string(path) + R"("}}})";
}

TEST(ParseManifest, TheDataFolderIsWhereTheRootModelIs) {
  const auto layout = parse_package_manifest(manifest("some.author/the.mlmodel"));
  ASSERT_TRUE(layout) << layout.error().message;
  EXPECT_EQ(layout->model_file, "Data/some.author/the.mlmodel");
  EXPECT_EQ(layout->data_folder, "Data/some.author");
}

TEST(ParseManifest, APathOutOfThePackageIsCorrupt) {
  for (const char* path : {"/etc/passwd", "../m", "a/../../m", "..", "", R"(a\u0000b)"}) {
    const auto layout = parse_package_manifest(manifest(path));
    ASSERT_FALSE(layout) << path;
    EXPECT_EQ(layout.error().code, ErrorCode::kCorrupt) << path;
  }
}

TEST(ParseManifest, EveryTruncationIsCorrupt) {
  const std::string whole = manifest("a/m.mlmodel");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto layout = parse_package_manifest(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(layout) << size;
    EXPECT_EQ(layout.error().code, ErrorCode::kCorrupt) << size;
  }
}

TEST(ParseManifest, AMissingOrMistypedFieldIsNamed) {
  const struct {
    const char* text;
    const char* named;
  } cases[] = {
      {R"([1])", "JSON object"},
      {R"({})", "fileFormatVersion"},
      {R"({"fileFormatVersion": 1})", "fileFormatVersion"},
      {R"({"fileFormatVersion": "1.0.0"})", "rootModelIdentifier"},
      {R"({"fileFormatVersion": "1.0.0", "rootModelIdentifier": "A"})", "itemInfoEntries"},
      {R"({"fileFormatVersion": "1.0.0", "rootModelIdentifier": "A", "itemInfoEntries": {}})",
       "\"A\""},
      {R"({"fileFormatVersion": "1.0.0", "rootModelIdentifier": "A", "itemInfoEntries": {"A": 1}})",
       "path"},
  };
  for (const auto& [text, named] : cases) {
    const auto layout = parse_package_manifest(text);
    ASSERT_FALSE(layout) << text;
    EXPECT_EQ(layout.error().code, ErrorCode::kCorrupt) << text;
    EXPECT_NE(layout.error().message.find(named), std::string::npos) << layout.error().message;
  }
}

TEST(ParseManifest, ANewerFormatIsUnsupported) {
  const auto layout = parse_package_manifest(R"({"fileFormatVersion": "2.0.0"})");
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace papr
