// SPDX-License-Identifier: Apache-2.0
// Stands for a macOS tool by whose name it is started: prints what $FAKE_MAC_DIR/NAME.txt has. It
// does nothing else, so that what starting it costs is the least that starting the real one can.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int, char** words) {
  const char* const folder = std::getenv("FAKE_MAC_DIR");
  if (folder == nullptr) return 1;
  const char* const slash = std::strrchr(words[0], '/');
  std::array<char, 4096> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%s/%s.txt", folder,
                slash == nullptr ? words[0] : slash + 1);
  const int file = ::open(buffer.data(), O_RDONLY);
  if (file < 0) return 1;
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got <= 0) return got == 0 ? 0 : 1;
    if (::write(STDOUT_FILENO, buffer.data(), static_cast<std::size_t>(got)) != got) return 1;
  }
}
