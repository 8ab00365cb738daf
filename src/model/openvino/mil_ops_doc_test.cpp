// SPDX-License-Identifier: Apache-2.0
// Holds docs/mil_ops.md against the table of ops. When the table changes, the failure prints what
// belongs there.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "../../base/file_reader.h"
#include "op_table.h"

namespace papr {
namespace {

std::string exactness(const OpEntry& entry) {
  if (entry.translate == nullptr) return "not supported";
  if (entry.error == 0) return "exact";
  char text[32];
  std::snprintf(text, sizeof text, "within %.0e", entry.error);
  return text;
}

std::string table() {
  std::string text = "| MIL op | answer | OpenVINO, or what to do instead |\n|-|-|-|\n";
  for (const OpEntry* const entry : all_ops()) {
    text += "| `" + std::string(entry->type) + "` | " + exactness(*entry) + " | " +
            std::string(entry->openvino) + " |\n";
  }
  return text;
}

TEST(MilOpsDoc, ShowsTheTableOfOps) {
  const auto doc = make_disk_file_reader()->read(PAPR_MIL_OPS_DOC, 1 << 20);
  ASSERT_TRUE(doc) << doc.error().message;
  EXPECT_TRUE(doc->contains(table())) << table();
}

TEST(OpTable, NamesEachOpOnce) {
  std::string_view last;
  for (const OpEntry* const entry : all_ops()) {
    EXPECT_NE(entry->type, last);
    last = entry->type;
    EXPECT_FALSE(entry->openvino.empty()) << entry->type;
  }
}

}  // namespace
}  // namespace papr
