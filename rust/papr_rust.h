/* SPDX-License-Identifier: Apache-2.0 */
/* C face of the Rust library: Hugging Face `tokenizers` and SimSIMD.
 *
 * Conventions:
 *  - PAPR_RUST_OK means that every out-parameter is set; otherwise `error` holds a NUL-terminated
 *    UTF-8 message, cut to `error_size` bytes;
 *  - no function unwinds, and none prints: a Rust panic is PAPR_RUST_PANIC;
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

/* Where a text may be cut so that the tokens before the cut stay as they are: a set of these. It
 * follows from the tokenizer's own types; 0 when they are not known to allow any cut. */
enum {
  PAPR_CUT_BEFORE_SPACE = 1,    /* U+0020 */
  PAPR_CUT_BEFORE_LINE = 2,     /* tab, line feed, carriage return */
  PAPR_CUT_BEFORE_IDEOGRAPH = 4 /* U+3400..U+4DB5, U+4E00..U+9FA5 */
};

typedef struct papr_tokenizer papr_tokenizer;

typedef struct {
  size_t special_tokens;      /* added to a single text, as 2 for [CLS] ... [SEP] */
  size_t longest_added_token; /* bytes; the only tokens that may reach across a cut */
  uint32_t pad_id;            /* of the file's padding or pad token; 0 where it names none */
  uint32_t cuts;              /* set of PAPR_CUT_* */
  uint32_t largest_id;        /* of all tokens, special ones and padding too */
} papr_tokenizer_facts;

/* Reads the bytes of a tokenizer.json. Padding and truncation in it are switched off. */
int papr_tokenizer_open(const uint8_t* json, size_t json_size, papr_tokenizer** out,
                        papr_tokenizer_facts* facts, char* error, size_t error_size);
void papr_tokenizer_free(papr_tokenizer* tokenizer);

/* Token ids of `text` (UTF-8), special tokens included, as Hugging Face truncates to `max_tokens`:
 * the tail of the text goes, the special tokens stay. *count is how many there are, of which at
 * most `capacity` are written to `ids`; *text_tokens how many the whole text has without the
 * special ones.
 * PAPR_RUST_BAD_ARGUMENT when `max_tokens` is not greater than the number of special tokens. */
int papr_tokenizer_encode(const papr_tokenizer* tokenizer, const char* text, size_t text_size,
                          size_t max_tokens, uint32_t* ids, size_t capacity, size_t* count,
                          size_t* text_tokens, char* error, size_t error_size);

/* out[i] = dot product of `query` and row i of `rows` (row-major [count, dim], float32), by the
 * best SimSIMD kernel that this CPU has. */
void papr_dot_rows(const float* query, const float* rows, size_t count, size_t dim, float* out);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PAPR_RUST_H_ */
