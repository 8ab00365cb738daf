// SPDX-License-Identifier: Apache-2.0
//! Where a text may be cut before it is tokenised without changing a token before the cut.
//!
//! A cut in front of a space is exact when (1) the normaliser works on one character and its
//! combining marks at a time, and (2) the pre-tokeniser ends a piece in front of every space, since
//! the model sees one piece at a time. Types that are not known here allow no cut: slow, but right.

use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::split::SplitPattern;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::tokenizer::SplitDelimiterBehavior;

/// As PAPR_CUT_* in papr_rust.h.
const BEFORE_SPACE: u32 = 1;
const BEFORE_LINE: u32 = 2;
const BEFORE_IDEOGRAPH: u32 = 4;

/// Patterns whose pieces never go on over a space: Llama 3's (tiktoken's cl100k) and Qwen's. Some
/// of their pieces do go on over a line feed.
const KNOWN_PATTERNS: [&str; 2] = [
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
];

pub fn cuts(
    normalizer: Option<&NormalizerWrapper>,
    pre_tokenizer: Option<&PreTokenizerWrapper>,
) -> u32 {
    if !normalizer.is_none_or(is_local) {
        return 0;
    }
    let cuts = pre_tokenizer.map_or(0, piece_ends);
    if cuts & BEFORE_LINE != 0 && normalizer.is_some_and(sets_ideographs_apart) {
        return cuts | BEFORE_IDEOGRAPH;
    }
    cuts
}

fn is_local(normalizer: &NormalizerWrapper) -> bool {
    use NormalizerWrapper::*;
    match normalizer {
        BertNormalizer(_) | StripAccents(_) | NFC(_) | NFD(_) | NFKC(_) | NFKD(_)
        | Lowercase(_) => true,
        Sequence(parts) => parts.as_ref().iter().all(is_local),
        _ => false,
    }
}

/// BertNormalizer puts a space on each side of an ideograph.
fn sets_ideographs_apart(normalizer: &NormalizerWrapper) -> bool {
    matches!(normalizer, NormalizerWrapper::BertNormalizer(bert) if bert.handle_chinese_chars)
}

fn piece_ends(pre_tokenizer: &PreTokenizerWrapper) -> u32 {
    use PreTokenizerWrapper::*;
    match pre_tokenizer {
        BertPreTokenizer(_) | Whitespace(_) | WhitespaceSplit(_) => BEFORE_SPACE | BEFORE_LINE,
        ByteLevel(level) if level.use_regex => BEFORE_SPACE,
        Split(split) => {
            let known = matches!(&split.pattern,
                SplitPattern::Regex(regex) if KNOWN_PATTERNS.contains(&regex.as_str()));
            let whole_pieces = split.behavior == SplitDelimiterBehavior::Isolated && !split.invert;
            if known && whole_pieces {
                BEFORE_SPACE
            } else {
                0
            }
        }
        // What follows the first part works inside its pieces.
        Sequence(parts) => parts.as_ref().first().map_or(0, piece_ends),
        _ => 0,
    }
}
