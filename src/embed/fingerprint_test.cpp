// SPDX-License-Identifier: Apache-2.0
#include "fingerprint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "../base/sha256.h"
#include "../base/temporary_folder.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// A folder with m.mlpackage and tokenizer.json, as small as can be.
struct Model {
  Model() {
    folder.write("m.mlpackage/Manifest.json", R"({"rootModelIdentifier":"random"})");
    folder.write("m.mlpackage/Data/model.mlmodel", "program");
    folder.write("m.mlpackage/Data/weights/weight.bin", "weights");
    folder.write("tokenizer.json", "tokens");
  }
  TemporaryFolder folder;
  fs::path package = folder.path() / "m.mlpackage";
};

std::string fingerprint(const Model& model) { return fingerprint_of(model.package).value_or(""); }

// Stores on disk hold it: another value would orphan all their vectors.
TEST(Fingerprint, IsTheHashOfNamesLengthsAndBytes) {
  Sha256 hash;
  for (const std::string_view part : {"Data/model.mlmodel", "7", "program"}) {
    hash.update(part);
    if (part != "program") hash.update(std::string_view("\0", 1));
  }
  hash.update(
      std::string_view("Data/weights/weight.bin\0"
                       "7\0weights",
                       33));
  hash.update(
      std::string_view("../tokenizer.json\0"
                       "6\0tokens",
                       26));
  EXPECT_EQ(fingerprint(Model{}), hash.hex());
}

TEST(Fingerprint, IsTheSameWhereverThePackageLies) {
  const Model one;
  const Model other;
  EXPECT_EQ(fingerprint(one), fingerprint(other));
  EXPECT_EQ(fingerprint_of(one.package / "").value_or("none"), fingerprint(one))
      << "trailing slash";
}

TEST(Fingerprint, IgnoresTheManifestAndHiddenFiles) {
  const Model plain;
  const Model saved_again;
  saved_again.folder.write("m.mlpackage/Manifest.json", "other random identifiers");
  saved_again.folder.write("m.mlpackage/.DS_Store", "x");
  saved_again.folder.write("m.mlpackage/.git/config", "x");
  EXPECT_EQ(fingerprint(plain), fingerprint(saved_again));
}

TEST(Fingerprint, ChangesWithAnythingThatDecidesAVector) {
  const std::string plain = fingerprint(Model{});
  ASSERT_EQ(plain.size(), 64U);
  const std::function<void(const Model&)> changes[] = {
      [](const Model& m) { m.folder.write("tokenizer.json", "tokenS"); },
      [](const Model& m) { m.folder.write("m.mlpackage/Data/model.mlmodel", "programs"); },
      [](const Model& m) { m.folder.write("m.mlpackage/Data/weights/weight.bin", ""); },
      [](const Model& m) { m.folder.write("m.mlpackage/Data/weights/more.bin", ""); },
      [](const Model& m) {
        fs::rename(m.package / "Data/model.mlmodel", m.package / "Data/other.mlmodel");
      },
      [](const Model& m) {  // one byte moves over the border of two files
        m.folder.write("m.mlpackage/Data/model.mlmodel", "progra");
        m.folder.write("m.mlpackage/Data/weights/weight.bin", "mweights");
      }};
  for (const auto& change : changes) {
    const Model model;
    change(model);
    EXPECT_NE(fingerprint(model), plain);
    EXPECT_EQ(fingerprint(model).size(), 64U);
  }
}

TEST(Fingerprint, FollowsALinkToAFileAndRefusesOneToAFolder) {
  const Model linked;
  fs::rename(linked.package / "Data/weights/weight.bin", linked.folder.path() / "blob");
  fs::create_symlink(linked.folder.path() / "blob", linked.package / "Data/weights/weight.bin");
  EXPECT_EQ(fingerprint(linked), fingerprint(Model{}));
  fs::create_directory_symlink(linked.package, linked.package / "Data/loop");
  EXPECT_EQ(fingerprint_of(linked.package).error().code, ErrorCode::kInvalidArgument);
}

TEST(Fingerprint, WhatIsMissingIsNotFoundAndNamed) {
  const Model model;
  fs::remove(model.folder.path() / "tokenizer.json");
  EXPECT_EQ(fingerprint_of(model.package).error().code, ErrorCode::kNotFound);
  const auto none = fingerprint_of(model.folder.path() / "none.mlpackage");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_NE(none.error().message.find("none.mlpackage"), std::string::npos);
}

}  // namespace
}  // namespace papr
