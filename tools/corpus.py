# SPDX-License-Identifier: Apache-2.0
"""Texts that nobody here wrote, for the demo: what this machine's package list or manual says.

Made into one JSON object a line, as `papr import` reads it:
    {"id": "deb:strace", "content": "strace: System call tracer …", "metadata": {…}}
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import zlib
from pathlib import Path

# Packages that are parts of others; their descriptions repeat those of the program.
PARTS = re.compile(
    r"^(lib|fonts-|golang-|node-|php-|python3?-|ruby-|r-cran-|r-bioc-|elpa-|linux-|gir1)"
    r"|-(dev|dbg|dbgsym|doc|docs|common|data|l10n|locale|examples|perl|bin-common)$"
)
# Tags that say what a package is for. The others tell of its language or desktop.
TELLING = ("use", "works-with", "field", "game", "security", "admin", "science", "sound", "mail")


def parse_stanzas(text):
    """Dictionaries of the fields of each stanza.

    Source: deb-control(5): `Field: value`, goes on in lines that start with a blank.
    """
    for stanza in re.split(r"\n{2,}", text):
        fields, name = {}, None
        for line in stanza.split("\n"):
            if line[:1] in (" ", "\t"):
                if name is not None:
                    fields[name] += "\n" + line[1:]
            else:
                name, colon, value = line.partition(":")
                if not colon:
                    name = None
                    continue
                fields[name] = value.strip()
        if fields.get("Package"):
            yield fields


def description_of(fields):
    """(synopsis, long description) of a stanza; either may be empty.

    Where apt has translations the text is in `Description-en`, without them `Description` holds
    the synopsis alone. Source: Debian Policy 5.6.13: a line "." is a blank one.
    """
    text = fields.get("Description-en") or fields.get("Description") or ""
    synopsis, _, rest = text.partition("\n")
    lines = ["" if line.strip() == "." else line.strip() for line in rest.split("\n")]
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip())
    joined = " ".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs)
    return synopsis.strip(), re.sub(r"\s+", " ", joined).strip()


def tags_of(fields):
    return [tag for tag in re.split(r"[,\s]+", fields.get("Tag", "")) if tag]


def words_of_tags(tags):
    """ "use::monitor, works-with::software:running" as words: "monitor, running software"."""
    words = []
    for tag in tags:
        facet, _, value = tag.partition("::")
        if facet in TELLING and not value.isupper():  # upper case: not decided yet
            parts = value.replace("-", " ").split(":")
            words.append(" ".join(reversed(parts)))
    return ", ".join(dict.fromkeys(words))


def rank(fields):
    """Sort key: programs a person runs first, and among them those that most is said about.

    The alphabet's first 5,000 would be libraries and one language's modules. Ties are broken by
    a hash of the name, which is the same everywhere and favours no letter.
    """
    tags = tags_of(fields)
    name = fields["Package"]
    program = "role::program" in tags
    telling = sum(tag.partition("::")[0] in TELLING for tag in tags)
    chance = hashlib.sha256(name.encode()).hexdigest()
    return (PARTS.search(name) is not None, not program, -min(telling, 3), chance)


def memory_of_package(fields):
    name, tags = fields["Package"], tags_of(fields)
    synopsis, description = description_of(fields)
    words = words_of_tags(tags)
    sentences = [f"{name}: {synopsis}", description, f"For: {words}" if words else ""]
    metadata = {"package": name, "section": fields.get("Section", ""), "tags": tags}
    if fields.get("Homepage"):
        metadata["homepage"] = fields["Homepage"]
    content = ". ".join(sentence.rstrip(".") for sentence in sentences if sentence) + "."
    return {"id": f"deb:{name}", "content": content, "metadata": metadata}


def memories_of_packages(text, count):
    """Memories of at most `count` packages of the output of `apt-cache dumpavail`."""
    newest = {}
    for fields in parse_stanzas(text):
        if description_of(fields)[0]:
            newest.setdefault(fields["Package"], fields)  # apt lists the newest version first.
    return [memory_of_package(fields) for fields in sorted(newest.values(), key=rank)[:count]]


# What stands for a character in the source of a page; what is not here is left out.
ROFF_CHARACTERS = {
    "aq": "'", "cq": "'", "oq": "'", "lq": '"', "rq": '"', "dq": '"', "em": "-", "en": "-",
    "hy": "-", "mi": "-", "bu": "*", "co": "(c)", "L\"": '"', "R\"": '"', "--": "-", "C+": "C++",
}  # fmt: skip
ROFF_ESCAPE = re.compile(
    r"""\\(?:(?:[*]?\((?P<two>..))|(?:[*]?\[(?P<named>[^]]*)\])|[fF](?:\(..|\[[^]]*\]|.)
    |s[-+]?\d+|[*].|(?P<kept>[-e ~'`])|.)""",
    re.VERBOSE,
)
SPELLED = {"-": "-", "e": "\\", " ": " ", "~": " ", "'": "'", "`": "`"}


def plain_roff(line):
    """The words of a line without what says how they look.

    Source: groff(7), "Escape short reference".
    """
    line = re.sub(r"\\[\"#].*", "", line)

    def spelled(found):
        name = found["two"] or found["named"]
        return ROFF_CHARACTERS.get(name, "") if name else SPELLED.get(found["kept"], "")

    return ROFF_ESCAPE.sub(spelled, line)


def parse_name_section(text):
    """(name, what it is) of a manual page's source, or None.

    Source: man-pages(7) `.SH NAME` and `name, other \\- what it is`; mdoc(7) `.Sh NAME`, `.Nm name`
    and `.Nd what it is`. Text goes on in the lines after it, up to the next macro.
    """
    start = re.search(r'^\.S[Hh] +"?NAME"? *$\n', text, re.MULTILINE | re.IGNORECASE)
    if start is None:
        return None
    section = re.split(r"^\.S[HhSs]\b", text[start.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    words, named, told = [], None, False
    for line in section.split("\n"):
        macro = re.match(r"[.'] *(\w+|\\\"|$) *(.*)", line)
        if macro is None:
            words.append(line)
        elif macro[1] == "Nm":
            named = named or macro[2]
        elif macro[1] == "Nd":
            words, told = [macro[2]], True
        elif macro[1] in ("B", "I", "BR", "IR", "RB", "RI", "BI", "IB"):
            words.append(macro[2].replace('"', ""))
        elif words and macro[1] not in ("", '\\"'):
            break
    sentence = re.sub(r"\s+", " ", plain_roff(" ".join(words))).strip()
    if told:
        names, what = plain_roff(named or ""), sentence
    else:
        names, _, what = sentence.partition(" - ")
    name, what = names.split(",")[0].strip(' "'), what.strip(' "')
    return (name, what) if name and what else None


def memories_of_manual(pages, count):
    """Memories of at most `count` manual pages, of pairs of a section and a page's source.

    A page that is there under several names counts once, under the first that it gives itself.
    """
    memories = {}
    for section, text in pages:
        if found := parse_name_section(text):
            name, what = found
            key = f"man:{name}({section})"
            metadata = {"page": name, "section": section}
            memory = {"id": key, "content": f"{name}: {what}", "metadata": metadata}
            memories.setdefault(key, memory)

    def order(memory):  # Commands first, then as `rank` does.
        chance = hashlib.sha256(memory["id"].encode()).hexdigest()
        return (memory["metadata"]["section"][0] not in "18", chance)

    return sorted(memories.values(), key=order)[:count]


def lines_of(memories):
    return "".join(json.dumps(memory, ensure_ascii=False) + "\n" for memory in memories)


LONGEST_HEAD = 32768  # of a page: what perl's pages begin with takes 6 KB


def manual_folders():
    """Where this Mac has manual pages: the system's, and those of Xcode's tools and SDK."""
    listed = [
        subprocess.run(argv, capture_output=True, text=True, check=False).stdout.replace(":", "\n")
        for argv in (["manpath", "-q"], ["xcode-select", "--show-manpaths"])
        if shutil.which(argv[0])
    ]
    usual = ("/usr/share/man", "/usr/local/share/man", "/opt/homebrew/share/man")
    return dict.fromkeys(Path(line) for line in (*"\n".join(listed).split("\n"), *usual) if line)


def manual_pages(folders):
    """(section, source) of each page below the folders, in an order that is always the same; what
    cannot be read is left out. Pages are read as they are, as `man -k` has no index of them on
    many Macs."""
    for folder in folders:
        for file in sorted(folder.glob("man*/*")):
            of_name = re.fullmatch(r".+?\.(?P<section>\d\w*|n)(?:\.gz)?", file.name)
            if of_name is None:
                continue
            try:
                with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as page:
                    text = page.read(LONGEST_HEAD).decode("utf-8", errors="replace")
            except (OSError, EOFError, zlib.error):
                continue
            yield of_name["section"], text


def make(system, count):
    if system == "Darwin":
        return memories_of_manual(manual_pages(manual_folders()), count)
    argv = ["apt-cache", "dumpavail"]
    out = subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout
    return memories_of_packages(out.decode("utf-8", errors="replace"), count)
