// SPDX-License-Identifier: Apache-2.0
#include "cloud_query.h"

#include <limits>

namespace papr {

CloudQuery cloud_query_of(const std::string& query, const SearchOptions& options) {
  return {.query = query,
          .limit = options.limit,
          .external_user_id = options.filter.user_id,
          .namespace_id = options.filter.namespace_id,
          .organization_id = options.filter.organization_id,
          .metadata = options.filter.metadata};
}

std::vector<Hit> hits_of(const CloudAnswer& answer) {
  std::vector<Hit> hits;
  for (const CloudHit& found : answer.hits) {
    Hit hit{.memory = {.id = found.id, .content = found.content},
            .score = found.similarity.value_or(std::numeric_limits<double>::quiet_NaN())};
    hit.memory.metadata_json = found.metadata_json;
    hits.push_back(std::move(hit));
  }
  return hits;
}

}  // namespace papr
