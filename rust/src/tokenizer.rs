// SPDX-License-Identifier: Apache-2.0
//! A Hugging Face tokenizer that truncates as theirs does and says what it cut off.

use tokenizers::{NormalizedString, Normalizer, PostProcessor, Tokenizer, TruncationDirection};

use crate::cut_rule;

/// As `papr_tokenizer_facts` in papr_rust.h.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Facts {
    pub special_tokens: usize,
    pub longest_added_token: usize,
    pub pad_id: u32,
    pub cuts: u32,
    pub largest_id: u32,
}

pub struct Encoded {
    pub ids: Vec<u32>,
    pub text_tokens: usize,
}

pub struct PaprTokenizer {
    tokenizer: Tokenizer,
    facts: Facts,
}

impl PaprTokenizer {
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|e| e.to_string())?;
        let facts = Facts {
            special_tokens: tokenizer.get_post_processor().map_or(0, |p| p.added_tokens(false)),
            longest_added_token: longest_added_token(&tokenizer),
            pad_id: pad_id(&tokenizer),
            cuts: cut_rule::cuts(tokenizer.get_normalizer(), tokenizer.get_pre_tokenizer()),
            largest_id: largest_id(&tokenizer),
        };
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| e.to_string())?;
        Ok(Self { tokenizer, facts })
    }

    pub fn facts(&self) -> Facts {
        self.facts
    }

    /// `max_tokens` is greater than the number of special tokens.
    pub fn encode(&self, text: &str, max_tokens: usize) -> Result<Encoded, String> {
        let mut encoding = self.tokenizer.encode_fast(text, false).map_err(|e| e.to_string())?;
        let text_tokens = encoding.len();
        let room = max_tokens - self.facts.special_tokens;
        if text_tokens > room {
            encoding.truncate(room, 0, TruncationDirection::Right);
            encoding.take_overflowing();
        }
        let whole = self.tokenizer.post_process(encoding, None, true).map_err(|e| e.to_string())?;
        Ok(Encoded { ids: whole.get_ids().to_vec(), text_tokens })
    }
}

/// In bytes as written or as normalised, whichever is longer: the tokens of a part of it are never
/// more than that.
fn longest_added_token(tokenizer: &Tokenizer) -> usize {
    let length = |content: &str| {
        let mut normalized = NormalizedString::from(content);
        if let Some(normalizer) = tokenizer.get_normalizer() {
            // An error leaves the text as written, as it does when the tokenizer loads.
            let _ = normalizer.normalize(&mut normalized);
        }
        content.len().max(normalized.get().len())
    };
    let added = tokenizer.get_added_tokens_decoder();
    added.values().map(|token| length(&token.content)).max().unwrap_or(0)
}

/// The ids of a post-processor's special tokens are its own and need not be those of the vocabulary:
/// a text without a word shows them.
fn largest_id(tokenizer: &Tokenizer) -> u32 {
    let vocabulary = tokenizer.get_vocab(true).into_values().max();
    let special = tokenizer
        .encode_fast("", true)
        .ok()
        .and_then(|encoding| encoding.get_ids().iter().copied().max());
    vocabulary.max(special).unwrap_or(0).max(pad_id(tokenizer))
}

fn pad_id(tokenizer: &Tokenizer) -> u32 {
    let configured = tokenizer.get_padding().map(|padding| padding.pad_id);
    let named =
        || ["[PAD]", "<pad>", "<|endoftext|>"].iter().find_map(|t| tokenizer.token_to_id(t));
    configured.or_else(named).unwrap_or(0)
}
