// SPDX-License-Identifier: Apache-2.0
#include <papr/client.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) return 2;  // MODEL.mlpackage STORE.sqlite

  auto client = papr::Client::open({.model = argv[1], .store = argv[2]});
  if (!client) {
    std::cerr << client.error().message << '\n' << client.error().remedy << '\n';
    return 1;
  }
  for (const char* text :
       {"The spare key is under the blue flowerpot", "The guest network is called tulip"}) {
    if (const auto added = client->add({.content = text}); !added) return 1;
  }
  const auto answer = client->search("how do I get into the house", {.limit = 1});
  if (!answer) return 1;
  for (const papr::Hit& hit : answer->hits) {
    std::cout << hit.score << "  " << hit.memory.content << '\n';
  }
  std::cerr << "answered by " << papr::name_of(answer->answered_by) << " on "
            << papr::name_of(answer->placement) << " in " << answer->latency_ms << " ms\n";
}
