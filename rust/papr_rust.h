/* SPDX-License-Identifier: Apache-2.0 */
/* C face of the Rust library: Hugging Face `tokenizers` and SimSIMD.
 *
 * Conventions:
 *  - 0 is success; otherwise `error` holds a NUL-terminated UTF-8 message, cut to `error_size`;
 *  - no function unwinds: a Rust panic is PAPR_RUST_PANIC;
 *  - handles are freed by *_free; *_free(NULL) is a no-op;
 *  - const handles may be shared between threads. */
#ifndef PAPR_RUST_H_
#define PAPR_RUST_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  PAPR_RUST_OK = 0,
  PAPR_RUST_BAD_ARGUMENT = 1,
  PAPR_RUST_BAD_TOKENIZER = 2, /* the bytes are not a tokenizer.json */
  PAPR_RUST_ENCODE = 3,
  PAPR_RUST_PANIC = 4
};

typedef struct papr_tokenizer papr_tokenizer;

/* Reads the bytes of a tokenizer.json. Padding and truncation in it are switched off. */
int papr_tokenizer_open(const uint8_t* json, size_t json_size, papr_tokenizer** out, char* error,
                        size_t error_size);
void papr_tokenizer_free(papr_tokenizer* tokenizer);

/* Token ids of `text` (UTF-8), special tokens included, of the text as a whole: no truncation.
 * *needed is always the full count; at most `capacity` are written. */
int papr_tokenizer_encode(const papr_tokenizer* tokenizer, const char* text, size_t text_size,
                          uint32_t* ids, size_t capacity, size_t* needed, char* error,
                          size_t error_size);

/* out[i] = dot product of `query` and row i of `rows` (row-major [count, dim], float32), by the
 * best SimSIMD kernel that this CPU has. */
void papr_dot_rows(const float* query, const float* rows, size_t count, size_t dim, float* out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PAPR_RUST_H_ */
