# SPDX-License-Identifier: Apache-2.0
"""The 200 texts of tests/data/texts.jsonl: what people write, and what breaks tokenizers."""

from __future__ import annotations

import random
from dataclasses import dataclass

COUNT = 200
SEED = 20240607

PARAGRAPH = (
    "Memory pressure rises when the working set of every process no longer fits. The kernel then "
    "compresses pages, drops caches and finally writes to the swap file; a model that was mapped a "
    "minute ago has to be read again. None of this is visible to the program, which only sees that "
    "an answer which took 100 milliseconds now takes 50 seconds. "
)


@dataclass(frozen=True)
class Text:
    """One text, `text` written `repeat` times, so that 100 kB of it stay small on disk."""

    kind: str
    text: str
    repeat: int = 1

    @property
    def whole(self) -> str:
        return self.text * self.repeat


PLAIN = [
    "hi",
    "a",
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "How do I reset my password?",
    "Steps to recover a forgotten account password",
    "watch what files a program opens",
    "show which process listens on a port",
    "Where did I put the notes about the dentist appointment in March?",
    "the quick brown fox jumps over the lazy dog",
    "SHOUTING ALL THE TIME IS RUDE",
    "It's 3 o'clock; they're late, we've waited, I'd go.",
    "Bob's 3 e-mails @ 10:30 weren't un-readable???",
    "He said: \u201cquote\u201d \u2018single\u2019 \u2014 dash \u2013 en \u2026 dots",
    "antidisestablishmentarianism floccinaucinihilipilification supercalifragilistic",
    "1,234.56e-10 0x1F600 1/2 50% $5.00 #1 +49-30-1234567",
    "2024-01-31T12:34:56.789Z",
]

CODE = [
    "int main() { return 0; }",
    "std::expected<int, Error> parse(std::string_view text) noexcept;",
    'for i in range(10):\n\tprint(f"{i:>3}")\n',
    "SELECT id, content FROM memories WHERE user_id = ? ORDER BY score DESC LIMIT 10;",
    "foo_bar-baz/qux.cpp:12:34: error: expected ';'",
    "sudo apt-get install --yes build-essential && make -j2 2>&1 | tee log.txt",
    '{"key": [1, 2.5, null, true], "nested": {"a\\n": "\\u00e9"}}',
    '<div class="x">&amp;&nbsp;</div><!-- c --><script>alert(1)</script>',
    "^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+)@([\\w.-]+)$",
    "C:\\Users\\Me\\AppData\\Local\\Temp\\~tmp.txt",
]

LINKS = [
    "https://example.org/a/b?q=1&r=%20x#frag",
    "http://user:pass@[2001:db8::1]:8080/path;p=1?x=y",
    "mailto:first.last+tag@sub.example.com",
    "https://en.wikipedia.org/wiki/M%C3%BCnchen_(disambiguation)",
    "data:text/plain;base64,SGVsbG8sIFdvcmxkIQ==",
]

LANGUAGES = [
    "na\u00efve caf\u00e9 r\u00e9sum\u00e9 co\u00f6perate \u00c5ngstr\u00f6m",
    "\u0130stanbul \u0131I \u00df \u1e9e \ufb01 \ufb02 \u01c4 \u01c5 \u01c6",
    "Stra\u00dfe, \u00dcbergr\u00f6\u00dfe und \u00c4rger",
    "\u0391\u03a3\u03a3 \u03a3\u0391\u03a3 \u03c2 \u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0401\u0436 \u0439",
    "\u6771\u4eac\u90fd\u306e\u5929\u6c17\u306f\u3069\u3046\u3067\u3059\u304b\u3002",
    "\u65e5\u672c\u8a9e\u30c6\u30ad\u30b9\u30c8\u3001\u3067\u3059\u3002\u30ab\u30ac \uff76\uff9e",
    "\u4eca\u5929\u5929\u6c14\u5f88\u597d\uff0c\u6211\u4eec\u53bb\u516c\u56ed\u3002",
    "mixed \u6f22\u5b57and latin\u6f22\u5b57 \u6f22 \u5b57",
    "\ud55c\uad6d\uc5b4 \ud14d\uc2a4\ud2b8\uc785\ub2c8\ub2e4",
    "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165",
    "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22\u0e44\u0e21\u0e48\u0e21\u0e35\u0e0a\u0e48\u0e2d\u0e07",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 "
    "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f\u060c \u0661\u0662\u0663",
    "\u05e2\u05d1\u05e8\u05d9\u05ea \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
    "\u202eright to left override\u202c and \u2067isolate\u2069",
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902 \u0932\u093f\u0916\u093e",
    "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd \u0c24\u0c46\u0c32\u0c41\u0c17\u0c41",
    "Ti\u1ebfng Vi\u1ec7t c\u00f3 d\u1ea5u, \u0111\u01b0\u1eddng ph\u1ed1",
    "\u1681\u1682\u1683 \u16a0\u16a2\u16a6 \U00010330\U00010331 \U0001d400\U0001d4b7",
]

EMOJI = [
    "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family",
    "\U0001f1ec\U0001f1e7\U0001f1fa\U0001f1f3",
    "\U0001f44d\U0001f3fd ok \u2764\ufe0f \u263a \u2708\ufe0e",
    "great\U0001f389party\U0001f389\U0001f389 1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "(\u256f\u00b0\u25a1\u00b0)\u256f\ufe35 \u253b\u2501\u253b \u2192 \u2211 \u221e \u2260",
]

COMBINING = [
    "e\u0301 a\u0308 n\u0303 o\u0302\u0301",
    "Z\u0351\u036b\u0343\u030a\u0300a\u0334l\u0300g\u0328o\u035c",
    "\u0301starts with a mark",
    " \u0301after a space",
    "q\u0307\u0323 q\u0323\u0307 \u1e9b\u0323",
    "\u2160\u2161\u2162 \u00bd \u00b2 \u2082 \u2460 \ufdfa \u3300",
    "\uff21\uff42\uff43 \uff11\uff12\uff13 \uff0c",
]

INVISIBLE = [
    "",
    " ",
    "\t\n\r",
    "   lead",
    "trail   ",
    "\n\n\n x \n\n",
    "\x00",
    "a\x00b",
    "\x01\x02\x03\x7f\x80\x9f",
    "tab\there\x0bvertical\x0cfeed\x1b[31mred\x1b[0m",
    "a\u00adb soft\u00adhyphen",
    "zero\u200bwidth\u200cjoin\u200der\ufeffmark",
    "\ufeffBOM first",
    "\u0085\u2028\u2029\u00a0\u3000\u1680\u2003wide\u2003space\u202fnarrow",
    "line\u0085next line\u2028separator",
    "\ufffd\ufffe\uffff\U0010ffff",
    "\ue000\uf8ff private \U000f0000",
    "\U00020000\U0002a6df\U0002b740\U0002b820\U0002f800 \ufaff\u9fa6\u4db6",
]

SPECIAL = [
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "[CLS]x[SEP]y[PAD]",
    "the capital of France is [MASK].",
    "[ MASK ] [mask] [sep] [CLS",
    "<|endoftext|><|im_start|>user\nhi<|im_end|>",
    "<s> </s> <unk> <pad> <mask> ##ing ##s",
    "[SEP][SEP][SEP]",
]

# At and around the limits of a word (100 characters) and of the model (512 tokens).
LONG = [
    Text("word of 99", "a", 99),
    Text("word of 100", "a", 100),
    Text("word of 101", "a", 101),
    Text("510 words", "word ", 510),
    Text("511 words", "word ", 511),
    Text("509 words", "word ", 509),
    Text("600 words", "token ", 600),
    Text("100 kB of words", "word ", 20_000),
    Text("one word of 100 kB", "x", 100_000),
    Text("33,000 ideographs", "\u6f22\u5b57", 16_500),
    Text("20,000 kana", "\u3042\u30a2", 10_000),
    Text("100 kB of prose", PARAGRAPH, 280),
    Text("2 kB of prose", PARAGRAPH, 6),
    Text("100 kB of lines", "line\n", 20_000),
    Text("100 kB of emoji", "\U0001f600", 25_000),
    Text("100 kB of spaces and a word", " " * 1000, 100),
    Text("100 kB of control characters", "\x01", 100_000),
    Text("100 kB that mostly vanish", "\x01" * 400 + "word ", 250),
    Text("50,000 accents", "\u00e9", 50_000),
    Text("20,000 combining marks", "e\u0301", 20_000),
    Text("90 kB of special tokens", "[SEP]", 18_000),
    Text("100 kB of punctuation", "?!", 50_000),
    Text("long words", "pneumonoultramicroscopicsilicovolcanoconiosis" * 3 + " ", 700),
    Text("spaces between ideographs", "\u6f22 \u5b57\n", 9_000),
    Text("60 kB of Arabic", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 ", 4_000),
    Text("text, then a word without end", "some words first " + "y" * 7_000, 1),
    Text("60 kB of code", 'if (x[i] != y->z) { return f(x, "a\\n"); }\n', 1_400),
]

RANGES = (
    [(0x20, 0x7E)] * 6
    + [
        (0x00, 0x1F), (0x80, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF),
        (0x590, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1100, 0x11FF), (0x2000, 0x206F),
        (0x20A0, 0x20CF), (0x2100, 0x27BF), (0x3000, 0x30FF), (0x3400, 0x34FF), (0x4E00, 0x9FFF),
        (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xFE00, 0xFFEF), (0x1D400, 0x1D7FF),
        (0x1F300, 0x1FAFF), (0x20000, 0x20100), (0xE0100, 0xE01EF),
    ]
)  # fmt: skip


def _random_text(rng: random.Random) -> str:
    length = rng.choice([1, 3, 10, 40, 120])
    if rng.random() < 0.5:
        return "".join(chr(rng.randint(*rng.choice(RANGES))) for _ in range(length))
    words = (PARAGRAPH + " ".join(PLAIN + CODE + LINKS)).split()
    return "".join(
        rng.choice(words) + rng.choice([" ", "  ", "\n", ", ", ""]) for _ in range(length)
    )


def reference_texts() -> list[Text]:
    """Always the same 200."""
    kinds = {
        "plain": PLAIN, "code": CODE, "link": LINKS, "language": LANGUAGES, "emoji": EMOJI,
        "combining": COMBINING, "invisible": INVISIBLE, "special tokens": SPECIAL,
    }  # fmt: skip
    texts = [Text(kind, text) for kind, of_kind in kinds.items() for text in of_kind] + LONG
    rng = random.Random(SEED)
    texts += [Text("random", _random_text(rng)) for _ in range(COUNT - len(texts))]
    return texts
