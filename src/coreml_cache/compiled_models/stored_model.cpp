// SPDX-License-Identifier: Apache-2.0
#include "stored_model.h"

#include <algorithm>
#include <tuple>

namespace papr {

std::uint64_t bytes_of(const std::vector<StoredModel>& models) {
  std::uint64_t bytes = 0;
  for (const StoredModel& model : models) bytes += model.bytes;
  return bytes;
}

std::optional<std::uint32_t> newest_generation(const std::vector<StoredModel>& models,
                                               const ModelKey& key) {
  std::optional<std::uint32_t> newest;
  for (const StoredModel& model : models) {
    if (!model.key.same_but_generation(key)) continue;
    newest = std::max(newest, std::optional(model.key.parts().generation));
  }
  return newest;
}

std::vector<StoredModel> outdated(const std::vector<StoredModel>& models) {
  std::vector<StoredModel> old;
  for (const StoredModel& model : models) {
    const bool has_newer = std::ranges::any_of(models, [&](const StoredModel& other) {
      return other.whole && other.key.same_but_generation(model.key) &&
             other.key.parts().generation > model.key.parts().generation;
    });
    if (has_newer && !model.in_use) old.push_back(model);
  }
  return old;
}

std::vector<StoredModel> evicted(std::vector<StoredModel> models, std::uint64_t limit_bytes) {
  std::uint64_t bytes = bytes_of(models);
  std::erase_if(models, [](const StoredModel& model) { return model.in_use; });
  std::ranges::sort(models, {},
                    [](const StoredModel& model) { return std::tie(model.last_use, model.key); });
  auto stays = models.begin();
  for (; stays != models.end() && bytes > limit_bytes; ++stays) bytes -= stays->bytes;
  models.erase(stays, models.end());
  return models;
}

}  // namespace papr
