// SPDX-License-Identifier: Apache-2.0
// clang looks for this name with GCC's Objective-C runtime, and Debian has the header under
// another.
#pragma once
#include <Block.h>
