// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace papr {

/// All that one of macOS's libproc calls lists. `ask` takes a buffer and its bytes, and gives the
/// bytes it filled, or with no buffer those that it would fill. More may come in between: there is
/// room for a few more, and a full buffer is asked for again.
template <class Item, class Ask>
[[nodiscard]] std::vector<Item> libproc_list(const Ask& ask) {
  std::vector<Item> items;
  int bytes = ask(nullptr, 0);
  while (bytes > 0) {
    items.resize(static_cast<std::size_t>(bytes) / sizeof(Item) + 32);
    const int room = static_cast<int>(items.size() * sizeof(Item));
    bytes = ask(items.data(), room);
    if (bytes < room) break;
    bytes = room * 2;
  }
  items.resize(bytes > 0 ? static_cast<std::size_t>(bytes) / sizeof(Item) : 0);
  return items;
}

}  // namespace papr
