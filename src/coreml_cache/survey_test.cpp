// SPDX-License-Identifier: Apache-2.0
#include "survey.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <tuple>
#include <utility>

#include "cache_class.h"
#include "deep_tree.h"
#include "fake_caches.h"
#include "unprivileged_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// What `du` adds up, by another way than the survey's.
std::uint64_t disk_bytes(const fs::path& path) {
  std::set<std::pair<dev_t, ino_t>> seen;
  std::uint64_t bytes = 0;
  const auto add = [&](const fs::path& one) {
    struct stat status{};
    if (::lstat(one.c_str(), &status) != 0) return;
    if (seen.insert({status.st_dev, status.st_ino}).second) {
      bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
  };
  add(path);
  for (const auto& below : fs::recursive_directory_iterator(path)) add(below.path());
  return bytes;
}

std::vector<MeasuredPlace> surveyed(const FakeCaches& fake, Breadth breadth = Breadth::kAll) {
  auto places = survey(fake.options(), breadth);
  EXPECT_TRUE(places) << places.error().message;
  return places ? std::move(*places) : std::vector<MeasuredPlace>{};
}

const CacheEntry& only_entry(const std::vector<MeasuredPlace>& places) {
  static const CacheEntry kNone;
  EXPECT_EQ(places.size(), 1U);
  if (places.size() != 1 || places[0].entries.size() != 1) return kNone;
  return places[0].entries[0];
}

TEST(Survey, FindsEachPlaceWithItsClassAndWhose) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.bundles("com.example.notes"), "bb");
  FakeCaches::add(fake.bundles("python3.12"), "cc");
  FakeCaches::add(fake.legacy(), "dd");
  FakeCaches::add(fake.shared(), "ee");
  FakeCaches::add(fake.container("com.example.photos"), "ff");
  FakeCaches::add(fake.container("ai.papr.ondevice"), "gg");
  using Row = std::tuple<CacheClass, std::string, std::string>;
  std::vector<Row> rows;
  for (const auto& place : surveyed(fake)) {
    rows.emplace_back(place.cache_class, place.app, place.os_build);
    EXPECT_EQ(place.entries.size(), 1U);
    EXPECT_EQ(place.problem, "");
  }
  EXPECT_EQ(rows, (std::vector<Row>{{CacheClass::kOwn, "ai.papr.ondevice", "24E214"},
                                    {CacheClass::kOwn, "ai.papr.ondevice", "24E214"},
                                    {CacheClass::kInterpreter, "python3.12", "24E214"},
                                    {CacheClass::kLegacy, "", ""},
                                    {CacheClass::kOtherApp, "com.example.notes", "24E214"},
                                    {CacheClass::kOtherApp, "com.example.photos", "24E214"},
                                    {CacheClass::kShared, "", "24E214"}}));
}

TEST(Survey, OfWhatMayBeClearedLooksAtNoPlaceOfAnother) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.bundles("com.example.notes"), "bb");
  FakeCaches::add(fake.shared(), "ee");
  FakeCaches::add(fake.container("com.example.photos"), "ff");
  const auto places = surveyed(fake, Breadth::kMayClear);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_EQ(places[0].cache_class, CacheClass::kOwn);
}

TEST(Survey, AFolderWithoutCompiledModelsIsNoPlace) {
  const FakeCaches fake;
  FakeCaches::add(fake.caches() / "com.example.browser", "Cache.db");
  fs::create_directories(fake.folder() / "Library/Containers/com.example.empty/Data");
  EXPECT_TRUE(surveyed(fake).empty());
}

TEST(Survey, CountsBytesOnDiskAsDuDoes) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa", 123'456);
  FakeCaches::write(entry / "small", 1);
  fs::create_directories(entry / "a/b/c");
  EXPECT_EQ(only_entry(surveyed(fake)).bytes, disk_bytes(entry));
}

TEST(Survey, AHoleInAFileTakesNoSpace) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  fs::resize_file(entry / "model.milhash", 1'000'000'000);
  const auto bytes = only_entry(surveyed(fake)).bytes;
  EXPECT_EQ(bytes, disk_bytes(entry));
  EXPECT_LT(bytes, 1'000'000U);
}

TEST(Survey, AFileWithSeveralNamesCountsOnceAlsoAcrossEntries) {
  const FakeCaches fake;
  const auto first = FakeCaches::add(fake.own(), "aa", 100'000);
  const auto second = FakeCaches::add(fake.own(), "bb", 10);
  const auto file = first / "aa.bundle/H16C.e5";
  fs::create_hard_link(file, first / "again");
  fs::create_hard_link(file, second / "again");
  const auto places = surveyed(fake);
  ASSERT_EQ(places.size(), 1U);
  ASSERT_EQ(places[0].entries.size(), 2U);
  EXPECT_EQ(places[0].entries[0].bytes, disk_bytes(first));
  EXPECT_LT(places[0].entries[1].bytes, 100'000U);
}

TEST(Survey, MeasuresTenThousandFiles) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  for (int i = 0; i < 10'000; ++i) {
    const auto folder = entry / std::to_string(i % 100);
    if (i < 100) fs::create_directory(folder);
    FakeCaches::write(folder / std::to_string(i), 1);
  }
  EXPECT_EQ(only_entry(surveyed(fake)).bytes, disk_bytes(entry));
}

TEST(Survey, SaysNowAndThenHowMuchItHasMeasured) {
  const FakeCaches fake;
  fs::create_directories(fake.own() / "aa");
  for (int i = 0; i < 2500; ++i) FakeCaches::write(fake.own() / "aa" / std::to_string(i), 1);
  std::vector<std::uint64_t> told;
  ASSERT_TRUE(survey(fake.options(), Breadth::kAll,
                     [&told](const SurveyCount& count) { told.push_back(count.files); }));
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1000, 2000}));
}

TEST(Survey, MeasuresATreeDeeperThanAnyPath) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  make_deep_tree(entry, 1100);
  const auto places = surveyed(fake);
  EXPECT_EQ(only_entry(places).problem, "");
  EXPECT_GE(only_entry(places).bytes, 1100U * 512);
  remove_deep_tree(entry);
}

TEST(Survey, NamesMayHoldAnyByte) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "line\nfeed \xff\xfe \x1b[31m");
  EXPECT_EQ(only_entry(surveyed(fake)).name, "line\nfeed \xff\xfe \x1b[31m");
}

TEST(Survey, LinksAreCountedAndNotFollowed) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.own(), "aa");
  const auto before = only_entry(surveyed(fake)).bytes;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p", 1'000'000);
  fs::create_directory_symlink(precious, entry / "link");
  EXPECT_LT(only_entry(surveyed(fake)).bytes, before + 100'000);
  fs::create_directory_symlink(precious, fake.own() / "link");
  const auto places = surveyed(fake);
  ASSERT_EQ(places[0].entries.size(), 2U);
  EXPECT_TRUE(places[0].entries[1].is_link);
  EXPECT_LT(places[0].entries[1].bytes, 100'000U);
}

TEST(Survey, APlaceThatIsALinkIsNamedAndNotFollowed) {
  const FakeCaches fake;
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  fs::create_directory_symlink(precious, fake.legacy());
  fs::create_directories(fake.caches() / "ai.papr.ondevice");
  fs::create_directory_symlink(precious, fake.caches() / "ai.papr.ondevice" / FakeCaches::kBundles);
  const auto places = surveyed(fake);
  ASSERT_EQ(places.size(), 2U);
  for (const auto& place : places) {
    EXPECT_TRUE(place.entries.empty());
    EXPECT_NE(place.problem.find("symbolic link"), std::string::npos) << place.problem;
  }
}

TEST(Survey, AnIdentityFolderThatIsALinkIsNotFollowed) {
  const FakeCaches fake;
  const FakeCaches elsewhere;
  FakeCaches::add(elsewhere.own(), "aa");
  fs::create_directory_symlink(elsewhere.caches() / "ai.papr.ondevice",
                               fake.caches() / "ai.papr.ondevice");
  const auto places = surveyed(fake);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_TRUE(places[0].entries.empty());
  EXPECT_NE(places[0].problem.find("symbolic link"), std::string::npos);
}

TEST(Survey, TheCachesFolderItselfMayBeALinkOfTheUsers) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  fs::create_directory_symlink(fake.caches(), fake.folder() / "link");
  const auto places = survey({.caches_dir = fake.folder() / "link"}, Breadth::kMayClear);
  ASSERT_TRUE(places);
  EXPECT_EQ(only_entry(*places).name, "aa");
}

TEST(Survey, AFolderThatCannotBeReadIsAProblemOfItsEntryAlone) {
  const FakeCaches fake;
  const auto closed = FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.own(), "bb");
  fs::permissions(closed / "aa.bundle", fs::perms::none);
  const int code = run_unprivileged(fake.folder(), [&fake] {
    const auto places = survey(fake.options(), Breadth::kAll);
    if (!places || places->size() != 1 || (*places)[0].entries.size() != 2) return 1;
    const auto& entries = (*places)[0].entries;
    if (entries[0].problem.find("Permission denied") == std::string::npos) return 2;
    return entries[1].problem.empty() && entries[1].bytes > 0 ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
  fs::permissions(closed / "aa.bundle", fs::perms::owner_all);
}

TEST(Survey, APlaceThatCannotBeReadIsInTheListWithItsProblem) {
  const FakeCaches fake;
  FakeCaches::add(fake.legacy(), "aa");
  fs::permissions(fake.legacy(), fs::perms::none);
  const int code = run_unprivileged(fake.folder(), [&fake] {
    const auto places = survey(fake.options(), Breadth::kAll);
    if (!places || places->size() != 1) return 1;
    return (*places)[0].problem.find("Permission denied") != std::string::npos ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
  fs::permissions(fake.legacy(), fs::perms::owner_all);
}

TEST(Survey, WhatBelongsToAnotherUserIsNoticed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const FakeCaches fake;
  const auto theirs = FakeCaches::add(fake.own(), "aa");
  FakeCaches::add(fake.own(), "bb");
  ASSERT_EQ(::lchown((theirs / "aa.bundle/H16C.e5").c_str(), kNobody, kNobody), 0);
  const auto places = surveyed(fake);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_TRUE(places[0].entries[0].of_other_user);
  EXPECT_FALSE(places[0].entries[1].of_other_user);
}

TEST(Survey, LookingIsNotUsing) {
  const FakeCaches fake;
  FakeCaches::add(fake.legacy(), "aa");
  const auto first = only_entry(surveyed(fake)).newest_use;
  ASSERT_TRUE(first);
  EXPECT_GE(FakeCaches::now() - *first, std::chrono::minutes(59));
  EXPECT_EQ(only_entry(surveyed(fake)).newest_use, first);
}

TEST(Survey, LooseFilesInABundleCacheAreAPlaceOfTheirOwn) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  FakeCaches::write(fake.own().parent_path() / "loose", 100);
  const auto places = surveyed(fake);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].os_build, "");
  ASSERT_EQ(places[0].entries.size(), 1U);
  EXPECT_EQ(places[0].entries[0].name, "loose");
}

TEST(Survey, WhatClimbsBehindALinkIsWhereTheSystemGoes) {
  const FakeCaches fake;
  const auto entry = FakeCaches::add(fake.legacy(), "aa");
  const auto elsewhere = fake.folder() / "elsewhere";
  fs::create_directories(elsewhere);
  fs::create_directory_symlink(fake.caches(), elsewhere / "link");
  CacheOptions options = fake.options();
  options.caches_dir = elsewhere / "link/.." / fake.caches().filename();
  const auto places = survey(options, Breadth::kAll);
  ASSERT_TRUE(places) << places.error().message;
  ASSERT_EQ(places->size(), 1U);
  EXPECT_TRUE(fs::equivalent(places->front().address.path() / "aa", entry));
}

TEST(Survey, ATemporaryFolderThatWasNamedMustBeThere) {
  const FakeCaches fake;
  CacheOptions options = fake.options();
  options.temporary_dir = fake.folder() / "nowhere";
  const auto places = survey(options, Breadth::kTemporary);
  ASSERT_FALSE(places);
  EXPECT_EQ(places.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(places.error().remedy.empty());
}

TEST(Survey, ACachesFolderThatWasNamedMustBeThere) {
  const auto places = survey({.caches_dir = "/nowhere/Caches"}, Breadth::kAll);
  ASSERT_FALSE(places);
  EXPECT_EQ(places.error().code, ErrorCode::kNotFound);
  EXPECT_NE(places.error().message.find("/nowhere/Caches"), std::string::npos);
}

TEST(AppId, MustBeOneFolderNameAndNotApples) {
  EXPECT_EQ(app_id_of({}).value(), "ai.papr.ondevice");
  EXPECT_EQ(app_id_of({.app_id = "com.example.app"}).value(), "com.example.app");
  for (const char* const wrong : {".", "..", "a/b", "/", "com.apple.CoreML"}) {
    EXPECT_FALSE(app_id_of({.app_id = wrong})) << wrong;
  }
  EXPECT_FALSE(app_id_of({.app_id = std::string("a\0b", 3)}));
  EXPECT_FALSE(app_id_of({.app_id = std::string(256, 'a')}));
}

TEST(ClassOfId, ANameThatManyProgramsRunUnderIsNeverOurs) {
  for (const char* const name : {"python", "Python", "python3", "python3.12", "org.python.python",
                                 "node", "ruby", "java", "Rscript", "bash"}) {
    EXPECT_EQ(class_of_id(name, name), CacheClass::kInterpreter) << name;
  }
  EXPECT_EQ(class_of_id("ai.papr.ondevice", "ai.papr.ondevice"), CacheClass::kOwn);
  EXPECT_EQ(class_of_id("ai.papr.ondevice2", "ai.papr.ondevice"), CacheClass::kOtherApp);
  EXPECT_EQ(class_of_id("123", "ai.papr.ondevice"), CacheClass::kOtherApp);
}

}  // namespace
}  // namespace papr
