# SPDX-License-Identifier: Apache-2.0
"""Texts that nobody here wrote, for the demo: what this machine's package or manual lists say.

Made into one JSON object a line, as `papr import` reads it:
    {"id": "deb:strace", "content": "strace: System call tracer …", "metadata": {…}}
"""

import hashlib
import json
import re
import subprocess

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


def memories_of_manual(text, count):
    """Memories of at most `count` manual pages of the output of `man -k .`.

    One page a line: `name(1), other(1) - what it is`; some systems put a blank before "(".
    """
    memories = {}
    for line in text.split("\n"):
        found = re.match(r"(\S+?) ?\((\w+)\)(.*?)\s+- (.+)", line.strip())
        if found:
            name, section, what = found[1], found[2], found[4].strip()
            key = f"man:{name}({section})"
            metadata = {"page": name, "section": section}
            memories[key] = {"id": key, "content": f"{name}: {what}", "metadata": metadata}

    def order(memory):  # Commands first, then as `rank` does.
        chance = hashlib.sha256(memory["id"].encode()).hexdigest()
        return (memory["metadata"]["section"][0] not in "18", chance)

    return sorted(memories.values(), key=order)[:count]


def lines_of(memories):
    return "".join(json.dumps(memory, ensure_ascii=False) + "\n" for memory in memories)


def read(system):
    """The output of the system's own list, as text; bytes that are no UTF-8 become U+FFFD."""
    argv = ["man", "-k", "."] if system == "Darwin" else ["apt-cache", "dumpavail"]
    out = subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout
    return out.decode("utf-8", errors="replace")


def make(system, count):
    text = read(system)
    return (
        memories_of_manual(text, count) if system == "Darwin" else memories_of_packages(text, count)
    )
