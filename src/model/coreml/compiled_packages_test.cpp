// SPDX-License-Identifier: Apache-2.0
#include "compiled_packages.h"

#include <gtest/gtest.h>

#include <fstream>

#include "../../base/fake_event_sink.h"
#include "../../base/temporary_folder.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

class CompiledPackagesTest : public testing::Test {
 protected:
  CompiledPackagesTest() { folder_.write("a.mlpackage/Manifest.json", "{}"); }

  CompiledPackages packages(std::string os_build = "24E214") {
    return {folder_.path() / "store", sink_, std::move(os_build)};
  }

  CompilePackage compiler() {
    return [this](const fs::path& package) -> Result<fs::path> {
      ++compiled_;
      last_ = folder_.path() / ("temporary_" + std::to_string(compiled_));
      fs::create_directories(last_);
      std::ofstream(last_ / "model.mil") << package.filename();
      return last_;
    };
  }

  TemporaryFolder folder_;
  fs::path package_ = folder_.path() / "a.mlpackage";
  std::shared_ptr<FakeEventSink> sink_ = std::make_shared<FakeEventSink>();
  int compiled_ = 0;
  fs::path last_;
};

TEST_F(CompiledPackagesTest, APackageIsCompiledOnceAndFoundAtTheSamePathLater) {
  fs::path path;
  {
    const auto first = packages().get(package_, false, compiler());
    ASSERT_TRUE(first) << first.error().message;
    path = first->path();
    EXPECT_TRUE(fs::exists(path / "model.mil"));
    EXPECT_EQ(path.extension(), ".mlmodelc");
  }
  const auto second = packages().get(package_, false, compiler());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->path(), path);
  EXPECT_EQ(compiled_, 1);
  EXPECT_FALSE(fs::exists(last_));
}

TEST_F(CompiledPackagesTest, AFreshOneHasAPathThatWasNeverThere) {
  fs::path old;
  {
    const auto first = packages().get(package_, false, compiler());
    old = first->path();
    const auto fresh = packages().get(package_, true, compiler());
    ASSERT_TRUE(fresh);
    EXPECT_NE(fresh->path(), old);
    EXPECT_TRUE(fs::exists(old)) << "it is in use";
    const auto later = packages().get(package_, false, compiler());
    EXPECT_EQ(later->path(), fresh->path()) << "the newest one is used";
  }
  EXPECT_EQ(compiled_, 2);
  ASSERT_TRUE(packages().get(package_, true, compiler()));
  EXPECT_FALSE(fs::exists(old)) << "generations that nobody uses go";
}

TEST_F(CompiledPackagesTest, AnotherSystemCompilesAnew) {
  ASSERT_TRUE(packages("24E214").get(package_, false, compiler()));
  ASSERT_TRUE(packages("25A1").get(package_, false, compiler()));
  EXPECT_EQ(compiled_, 2);
}

TEST_F(CompiledPackagesTest, ADamagedOneIsCompiledAgain) {
  fs::path path;
  {
    const auto first = packages().get(package_, false, compiler());
    path = first->path();
  }
  fs::remove(path / "model.mil");
  const auto second = packages().get(package_, false, compiler());
  ASSERT_TRUE(second);
  EXPECT_EQ(compiled_, 2);
  EXPECT_TRUE(fs::exists(second->path() / "model.mil"));
}

TEST_F(CompiledPackagesTest, WithoutAFolderItIsDeletedAfterItsUse) {
  const CompiledPackages none({}, sink_, "24E214");
  EXPECT_FALSE(none.keeps());
  {
    const auto compiled = none.get(package_, false, compiler());
    ASSERT_TRUE(compiled);
    EXPECT_EQ(compiled->path(), last_);
    EXPECT_TRUE(fs::exists(last_));
  }
  EXPECT_FALSE(fs::exists(last_));
  EXPECT_TRUE(sink_->names().empty());
}

TEST_F(CompiledPackagesTest, WhatCannotBeKeptIsUsedAndSaidSo) {
  folder_.write("store", "a file where the folder should be");
  const auto compiled = packages().get(package_, false, compiler());
  ASSERT_TRUE(compiled);
  EXPECT_TRUE(fs::exists(compiled->path() / "model.mil"));
  EXPECT_EQ(sink_->names(), std::vector<std::string>{"compiled_model_not_kept"});
}

TEST_F(CompiledPackagesTest, ASystemThatDoesNotSayItsBuildKeepsNothing) {
  const auto compiled = packages("").get(package_, false, compiler());
  ASSERT_TRUE(compiled);
  EXPECT_EQ(sink_->names(), std::vector<std::string>{"compiled_model_not_kept"});
}

TEST_F(CompiledPackagesTest, AFailedCompilationIsTheErrorAndIsNotTriedAgain) {
  int tried = 0;
  const auto refuses = [&](const fs::path&) -> Result<fs::path> {
    ++tried;
    return fail(ErrorCode::kCorrupt, "compile: no");
  };
  const auto compiled = packages().get(package_, false, refuses);
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().message, "compile: no");
  EXPECT_EQ(tried, 1);
}

}  // namespace
}  // namespace papr
