# SPDX-License-Identifier: Apache-2.0
# What the fake tools share: each prints a file of $FAKE_MAC_DIR, or misbehaves as $FAKE_MAC_<NAME>
# says: hang, exit1, flood, child, silent.
misbehave() {
  case "$1" in
    hang) sleep 600 & echo $! >> "$FAKE_MAC_DIR/children"; wait ;;
    exit1) exit 1 ;;
    flood) head -c 1000000 /dev/zero | tr '\0' x; exit 0 ;;
    child) sleep 600 & echo $! >> "$FAKE_MAC_DIR/children" ;;
    silent) exit 0 ;;
  esac
}
