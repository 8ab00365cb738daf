// SPDX-License-Identifier: Apache-2.0
//! The C face of `papr_rust.h`. Everything that touches a raw pointer is in this file.

mod cut_rule;
mod tokenizer;

use std::ffi::{c_char, c_int};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::slice;
use std::sync::Once;

use simsimd::SpatialSimilarity;
use tokenizer::{Facts, PaprTokenizer};

/// As PAPR_RUST_* in papr_rust.h.
#[derive(Clone, Copy)]
#[repr(i32)]
enum Status {
    Ok = 0,
    BadArgument = 1,
    BadTokenizer = 2,
    Encode = 3,
    Panic = 4,
}

struct Failure(Status, String);

fn bad_argument(message: &str) -> Failure {
    Failure(Status::BadArgument, message.to_owned())
}

/// Runs `body` behind a wall: an error becomes a status and a message, and so does a panic, which
/// is undefined behaviour once it leaves Rust.
///
/// # Safety
/// `error` is null or points at `error_size` writable bytes.
unsafe fn guarded(
    error: *mut c_char,
    error_size: usize,
    body: impl FnOnce() -> Result<(), Failure>,
) -> c_int {
    // The default hook prints to stderr, which is not ours to write to.
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));

    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return Status::Ok as c_int,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure(Status::Panic, panic_message(panic.as_ref())),
    };
    write_message(&failure.1, error, error_size);
    failure.0 as c_int
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    match panic.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "panic without a message".to_owned(),
    }
}

/// Copies as many whole characters as fit, and a NUL.
unsafe fn write_message(message: &str, out: *mut c_char, out_size: usize) {
    if out.is_null() || out_size == 0 {
        return;
    }
    let mut size = message.len().min(out_size - 1);
    while !message.is_char_boundary(size) {
        size -= 1;
    }
    std::ptr::copy_nonoverlapping(message.as_ptr(), out.cast::<u8>(), size);
    *out.add(size) = 0;
}

/// A slice of C's: null is fine where the length is 0.
unsafe fn slice_of<'a, T>(start: *const T, len: usize) -> Result<&'a [T], Failure> {
    match (start.is_null(), len) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(bad_argument("null pointer with a length")),
        (false, _) => Ok(slice::from_raw_parts(start, len)),
    }
}

/// # Safety
/// As papr_rust.h says.
#[no_mangle]
pub unsafe extern "C" fn papr_tokenizer_open(
    json: *const u8,
    json_size: usize,
    out: *mut *mut PaprTokenizer,
    facts: *mut Facts,
    error: *mut c_char,
    error_size: usize,
) -> c_int {
    guarded(error, error_size, || {
        if out.is_null() || facts.is_null() {
            return Err(bad_argument("out-parameter is null"));
        }
        let tokenizer = PaprTokenizer::from_json(slice_of(json, json_size)?)
            .map_err(|message| Failure(Status::BadTokenizer, message))?;
        *facts = tokenizer.facts();
        *out = Box::into_raw(Box::new(tokenizer));
        Ok(())
    })
}

/// # Safety
/// `tokenizer` is null or came from `papr_tokenizer_open` and is not used again.
#[no_mangle]
pub unsafe extern "C" fn papr_tokenizer_free(tokenizer: *mut PaprTokenizer) {
    if !tokenizer.is_null() {
        guarded(std::ptr::null_mut(), 0, || {
            drop(Box::from_raw(tokenizer));
            Ok(())
        });
    }
}

/// # Safety
/// As papr_rust.h says.
#[no_mangle]
pub unsafe extern "C" fn papr_tokenizer_encode(
    tokenizer: *const PaprTokenizer,
    text: *const c_char,
    text_size: usize,
    max_tokens: usize,
    ids: *mut u32,
    capacity: usize,
    count: *mut usize,
    text_tokens: *mut usize,
    error: *mut c_char,
    error_size: usize,
) -> c_int {
    guarded(error, error_size, || {
        if tokenizer.is_null() || ids.is_null() || count.is_null() || text_tokens.is_null() {
            return Err(bad_argument("null pointer"));
        }
        let text = std::str::from_utf8(slice_of(text.cast::<u8>(), text_size)?)
            .map_err(|e| bad_argument(&format!("not UTF-8 at byte {}", e.valid_up_to())))?;
        let tokenizer = &*tokenizer;
        if max_tokens <= tokenizer.facts().special_tokens {
            return Err(bad_argument("no room beside the special tokens"));
        }
        let encoded =
            tokenizer.encode(text, max_tokens).map_err(|message| Failure(Status::Encode, message))?;
        let written = encoded.ids.len().min(capacity);
        std::ptr::copy_nonoverlapping(encoded.ids.as_ptr(), ids, written);
        *count = encoded.ids.len();
        *text_tokens = encoded.text_tokens;
        Ok(())
    })
}

/// # Safety
/// `query` holds `dim` floats, `rows` `count * dim`, and `out` has room for `count`.
#[no_mangle]
pub unsafe extern "C" fn papr_dot_rows(
    query: *const f32,
    rows: *const f32,
    count: usize,
    dim: usize,
    out: *mut f32,
) {
    if count == 0 {
        return;
    }
    let out = slice::from_raw_parts_mut(out, count);
    if dim == 0 {
        out.fill(0.0);
        return;
    }
    let query = slice::from_raw_parts(query, dim);
    let rows = slice::from_raw_parts(rows, count * dim);
    for (score, row) in out.iter_mut().zip(rows.chunks_exact(dim)) {
        // None only for slices of different length, which chunks_exact rules out.
        *score = f32::dot(query, row).map_or(f32::NAN, |product| product as f32);
    }
}
