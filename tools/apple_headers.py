# SPDX-License-Identifier: Apache-2.0
"""Declarations of Apple's frameworks in Objective-C, made of what PyObjC knows about them.

PyObjC (MIT licence) carries for each framework a .fwinfo file: JSON after comment lines, with every
class, method, property, constant and function, its types and the macOS that has it first. Text in,
text out. What comes out is true to names, types and availability of members; what nobody tells is
which pointers may be null, which initialisers are unavailable, and since when there is a class.
Never committed: it is made at build time, below build/.
"""

import json
import re
from dataclasses import dataclass, field

HEADING = """// Made of PyObjC's metadata (MIT licence)
// by tools/apple_headers.py; not Apple's header.
#pragma once
#pragma clang system_header
"""
# Of Foundation: what the metadata takes for granted. Layouts are those of the Objective-C runtime.
FOUNDATION_BASE = """#import <os/availability.h>
#import <objc/NSObject.h>
#include <stddef.h>
#include <stdarg.h>
#define NS_ENUM(type, name) enum name : type name; enum name : type
typedef double CGFloat;
typedef unsigned short unichar;
typedef struct _NSZone NSZone;
typedef struct _NSRange { NSUInteger location, length; } NSRange;
typedef struct {
  unsigned long state;
  id __unsafe_unretained *itemsPtr;
  unsigned long *mutationsPtr;
  unsigned long extra[5];
} NSFastEnumerationState;
typedef enum NSComparisonResult : long {
  NSOrderedAscending = -1, NSOrderedSame, NSOrderedDescending
} NSComparisonResult;
@protocol NSCopying
- (id)copyWithZone:(NSZone *)zone;
@end
@protocol NSFastEnumeration
- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state
                                  objects:(id __unsafe_unretained [])buffer
                                    count:(NSUInteger)count;
@end
"""
HAND_MADE = {"NSCopying", "NSFastEnumeration", "NSObject"}
# What a type may be spelled with beside classes, protocols, enumerations and typedefs.
WORDS = {
    "void", "char", "short", "int", "long", "unsigned", "signed", "float", "double", "const",
    "volatile", "id", "instancetype", "BOOL", "SEL", "Class", "IMP", "NSInteger", "NSUInteger",
    "CGFloat", "size_t", "bool", "_Bool", "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t",
    "uint16_t", "uint32_t", "uint64_t", "unichar", "NSZone", "Protocol", "__strong",
    "__autoreleasing", "__unsafe_unretained", "_Nullable", "_Nonnull", "_Null_unspecified",
    "__kindof", "NSRange", "NSComparisonResult", "restrict", "va_list", "dispatch_queue_t",
    "dispatch_block_t",
}  # fmt: skip
GENERICS = {
    "NSArray": "__covariant ObjectType",
    "NSMutableArray": "ObjectType",
    "NSSet": "__covariant ObjectType",
    "NSMutableSet": "ObjectType",
    "NSDictionary": "__covariant KeyType, __covariant ObjectType",
    "NSMutableDictionary": "KeyType, ObjectType",
    "NSEnumerator": "ObjectType",
}
PARAMETERS = {"ObjectType", "KeyType"}
# Structures and functions that are named like classes: what has them is left out.
NO_CLASSES = re.compile(
    r"^(?:NS(?:Point|Size|Rect|Decimal|OperatingSystemVersion|EdgeInsets|AffineTransformStruct|"
    r"Swapped\w+|(?:Map|Hash)\w+|UncaughtExceptionHandler|OrderedCollectionDifference|"
    r"DirectoryEnumerator)|CG\w+|CV\w+|CF\w+|\w+Ref)$"
)
KEPT_ATTRIBUTES = {
    "nonatomic", "readonly", "readwrite", "copy", "strong", "weak", "assign", "retain", "class",
}  # fmt: skip
ENCODED = {"v": "void", "q": "NSInteger", "Q": "NSUInteger", "d": "double", "@": "NSString *"}


def read_fwinfo(text):
    """The definitions of a .fwinfo file."""
    lines = [line for line in text.splitlines() if not line.startswith("//")]
    return json.loads("\n".join(lines))["definitions"]


@dataclass
class Framework:
    """A framework's definitions, and the part of them that is wanted."""

    definitions: dict
    classes: set  # to declare
    protocols: set
    declared: set = field(default_factory=set)  # types and classes of a header that is imported
    forward_classes: set = field(default_factory=set)
    forward_protocols: set = field(default_factory=set)
    types: list = field(default_factory=list)  # enumerations and typedefs, in order of use
    left_out: list = field(default_factory=list)

    def has_type(self, word):
        return word in self.definitions["enum_type"] or word in self.definitions["typedefs"]

    def spells(self, text, parameters=frozenset()):
        """Whether a type can be written; remembers what has to be declared for it."""
        if "struct " in text or "?" in text:
            return False
        if re.fullmatch(r"NS(?:Array|Set|Dictionary|String)", text):
            return False  # no pointer: the record is wrong
        named = re.findall(r"\b(?:id|Class|NSObject)\s*<([^<>]*)>", text)
        protocols = {name.strip() for group in named for name in group.split(",")}
        for word in re.findall(r"[A-Za-z_]\w*", text):
            if word in WORDS or word in parameters or word in self.declared:
                continue
            if word in protocols:
                self.forward_protocols.add(word)
            elif NO_CLASSES.match(word):
                return False
            elif self.has_type(word):
                below = self.definitions["typedefs"].get(word, "int")
                if word not in self.definitions["enum_type"] and not self.spells(below):
                    return False
                if word not in self.types:
                    self.types.append(word)
            elif re.match(r"(?:NS|ML|MTL)[A-Z]", word):
                self.forward_classes.add(word)
            else:
                return False
        return True


def type_text(value):
    """The type of an argument or result as C has it."""
    text = value.get("type_name") or ENCODED.get(value["typestr"], "?")
    return re.sub(r"\benum\s+", "", text).strip()


def availability(member):
    first = member.get("introduced")
    return f" __attribute__((availability(macos,introduced={first})))" if first else ""


def method_text(framework, owner, method):
    """A method's declaration, or None where it cannot be written."""
    parameters = PARAMETERS if owner in GENERICS else frozenset()
    types = [type_text(method["retval"]), *map(type_text, method["args"])]
    if not all([framework.spells(text, parameters) for text in types]):
        framework.left_out.append((owner, method["selector"]))
        return None
    text = ("+" if method["class_method"] else "-") + f" ({types[0]})"
    if method["args"]:
        parts = method["selector"].split(":")
        arguments = zip(parts, types[1:])
        text += " ".join(f"{part}:({kind})a{n}" for n, (part, kind) in enumerate(arguments))
    else:
        text += method["selector"]
    if method.get("variadic"):
        text += ", ..."
    return text + availability(method) + ";"


def property_text(framework, owner, one):
    """(declaration or None, selectors that it declares)."""
    words = [word if isinstance(word, str) else "=".join(word) for word in one["attributes"]]
    words = [word for word in words if word in KEPT_ATTRIBUTES or "=" in word]
    name, text = one["name"], type_text(one)
    if not framework.spells(text, PARAMETERS if owner in GENERICS else frozenset()):
        return None, set()
    selectors = {word[7:] for word in words if word.startswith("getter=")} or {name}
    if "readonly" not in words:
        selectors.add(f"set{name[0].upper()}{name[1:]}:")
    block = "(^" in text
    typed = text.replace("(^", f"(^{name}", 1) if block else f"{text} {name}"
    return f"@property ({', '.join(words)}) {typed}{availability(one)};", selectors


def members(framework, owner, definition):
    lines, from_properties = [], set()
    # A property's own record has no version; that of its getter does.
    first = {method["selector"]: method.get("introduced") for method in definition["methods"]}
    for one in definition["properties"]:
        getter = dict(word for word in one["attributes"] if not isinstance(word, str)).get("getter")
        dated = {**one, "introduced": first.get(getter or one["name"])}
        line, selectors = property_text(framework, owner, dated)
        if line:
            lines.append(line)
            from_properties |= selectors
    for method in definition["methods"]:
        if method["selector"] in from_properties:
            continue
        line = method_text(framework, owner, method)
        if line:
            lines.append(line if method.get("required", True) else f"@optional\n{line}\n@required")
    return lines


def protocol_text(framework, name):
    definition = framework.definitions["formal_protocols"][name]
    above = [one for one in definition.get("implements", []) if one != "NSObject"]
    inherits = ", ".join([*above, "NSObject"])
    lines = [f"@protocol {name} <{inherits}>", *members(framework, name, definition), "@end"]
    return "\n".join(lines)


def class_text(framework, name):
    definition = framework.definitions["classes"][name]
    known = framework.protocols | (HAND_MADE - {"NSObject"})
    protocols = [one for one in definition.get("protocols", []) if one in known]
    above, generic = definition.get("super") or "NSObject", ""
    if name in GENERICS:
        generic = f"<{GENERICS[name]}>"
        if above in GENERICS:
            above += f"<{GENERICS[name].replace('__covariant ', '')}>"
    adopts = f" <{', '.join(protocols)}>" if protocols else ""
    lines = [f"@interface {name}{generic} : {above}{adopts}"]
    return "\n".join([*lines, *members(framework, name, definition), "@end"])


def parents_first(framework):
    """The wanted classes, each after the one that it is derived from."""
    order = []

    def add(name):
        if name in order or name not in framework.classes:
            return
        add(framework.definitions["classes"][name].get("super"))
        order.append(name)

    for name in sorted(framework.classes):
        add(name)
    return order


def type_declaration(framework, name):
    """(names that have to come before, declaration) of an enumeration or typedef."""
    enums = framework.definitions["enum_type"]
    if name in enums:
        base = ENCODED.get(enums[name].get("type", "q"), "NSInteger")
        constants = framework.definitions["enum"].items()
        values = [(key, one["value"]) for key, one in sorted(constants) if one.get("enum") == name]
        listed = ", ".join(f"{key} = ({base}){value}ULL" for key, value in values)
        return [], f"typedef enum {name} : {base} {{ {listed} }} {name};"
    text = re.sub(r"\benum\s+", "", framework.definitions["typedefs"][name])
    words = re.findall(r"[A-Za-z_]\w*", text)
    before = [word for word in words if framework.has_type(word) and word not in WORDS]
    block = "(^)" in text
    typed = text.replace("(^)", f"(^{name})", 1) if block else f"{text} {name}"
    return before, f"typedef {typed};"


def type_declarations(framework):
    done, lines = set(), []

    def add(name):
        if name in done:
            return
        done.add(name)
        before, line = type_declaration(framework, name)
        for one in before:
            add(one)
        lines.append(line)

    for name in framework.types:
        add(name)
    return lines


def constants(framework):
    """Constants of no enumeration, objects and functions."""
    lines = [
        f"static const NSUInteger {name} = {one['value']};"
        for name, one in sorted(framework.definitions["enum"].items())
        if "enum" not in one and name.endswith("StringEncoding")
    ]
    for name, one in sorted(framework.definitions["externs"].items()):
        text = type_text(one)
        if one["typestr"] == "@" and framework.spells(text):
            lines.append(f'extern "C" {text} {name}{availability(one)};')
    return lines


def header(framework, imports):
    """The text of a framework's one header."""
    for name in framework.definitions["enum_type"] if framework.protocols else ():
        framework.spells(name)
    body = [protocol_text(framework, name) for name in sorted(framework.protocols)]
    body += [class_text(framework, name) for name in parents_first(framework)]
    body += constants(framework)
    types = type_declarations(framework)
    lines = [HEADING + imports]
    for name in sorted(framework.forward_classes - HAND_MADE):
        generic = f"<{GENERICS[name]}>" if name in GENERICS and name in framework.classes else ""
        lines.append(f"@class {name}{generic};")
    lines += [f"@protocol {name};" for name in sorted(framework.forward_protocols - HAND_MADE)]
    return "\n".join([*lines, *types, *body, ""])


def exported(definitions):
    """(symbols, classes) that the framework's library has."""
    names = [*definitions["externs"], *definitions["functions"]]
    return {f"_{name}" for name in names}, set(definitions["classes"])


def selectors(definitions):
    """All that can be sent to the framework's objects."""
    owners = [*definitions["classes"].values(), *definitions["formal_protocols"].values()]
    found = {method["selector"] for owner in owners for method in owner["methods"]}
    for owner in owners:
        for one in owner["properties"]:
            found.add(one["name"])
            found |= {word[1] for word in one["attributes"] if not isinstance(word, str)}
            found.add(f"set{one['name'][0].upper()}{one['name'][1:]}:")
    return found
