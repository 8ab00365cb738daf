// SPDX-License-Identifier: Apache-2.0
#include "foundation_values.h"

#include "coreml_error.h"
#include "objc_ptr.h"

namespace papr {
namespace {

// An NSError may lie under itself; nobody reports more levels than this.
constexpr std::size_t kDeepest = 8;

// The sentence, and the reason where that is not in it.
std::string words_of(NSError* error) {
  std::string words = text_of([error localizedDescription]);
  const std::string reason = text_of([error localizedFailureReason]);
  if (!reason.empty() && !words.contains(reason)) words += (words.empty() ? "" : " ") + reason;
  return words;
}

}  // namespace

NSString* ns_text(std::string_view text) {
  NSString* const made = [[[NSString alloc] initWithBytes:text.data()
                                                   length:text.size()
                                                 encoding:NSUTF8StringEncoding] autorelease];
  return made == nil ? @"" : made;
}

std::string text_of(NSString* text) {
  const char* const bytes = [text UTF8String];
  return bytes == nullptr ? std::string() : std::string(bytes);
}

NSURL* ns_folder(const std::filesystem::path& path) {
  return [NSURL fileURLWithPath:ns_text(path.string()) isDirectory:YES];
}

NSArray<NSNumber*>* ns_lengths(std::span<const std::int64_t> lengths) {
  NSMutableArray<NSNumber*>* const numbers = [NSMutableArray arrayWithCapacity:lengths.size()];
  for (const std::int64_t length : lengths) [numbers addObject:@(length)];
  return numbers;
}

std::vector<std::int64_t> lengths_of(NSArray<NSNumber*>* lengths) {
  std::vector<std::int64_t> numbers;
  for (NSNumber* length in lengths) numbers.push_back([length longLongValue]);
  return numbers;
}

Error error_of(std::string_view doing, NSError* error) {
  std::vector<NativeError> chain;
  for (; error != nil && chain.size() < kDeepest;
       error = [[error userInfo] objectForKey:NSUnderlyingErrorKey]) {
    chain.push_back({text_of([error domain]), [error code], words_of(error)});
  }
  return coreml_error(doing, chain);
}

Error error_of(std::string_view doing, NSException* exception) {
  const NativeError alone[] = {{text_of([exception name]), 0, text_of([exception reason])}};
  return coreml_error(doing, alone);
}

}  // namespace papr
