# SPDX-License-Identifier: Apache-2.0
"""Foundation and Core ML in the folder that tools/macos_sdk.py makes: headers and stubs, out of
PyObjC's metadata. They compile and link what calls Core ML; what was linked cannot run."""

import tarfile
from dataclasses import dataclass

import apple_headers

FOLDER = "System/Library/Frameworks"
# What Objective-C++ is compiled to. ___isPlatformVersionAtLeast is of the compiler's own library.
OBJC_SYMBOLS = {
    "___isPlatformVersionAtLeast", "___objc_personality_v0", "__objc_empty_cache", "_objc_alloc",
    "_objc_alloc_init", "_objc_autorelease", "_objc_autoreleasePoolPop",
    "_objc_autoreleasePoolPush", "_objc_begin_catch", "_objc_ehtype_vtable", "_objc_end_catch",
    "_objc_enumerationMutation", "_objc_exception_rethrow", "_objc_exception_throw",
    "_objc_msgSend", "_objc_opt_class", "_objc_opt_isKindOfClass", "_objc_opt_self",
    "_objc_release", "_objc_retain",
}  # fmt: skip
CORE_FOUNDATION_SYMBOLS = {"___CFConstantStringClassReference"}
FOUNDATION_CLASSES = {
    "NSArray", "NSData", "NSDictionary", "NSEnumerator", "NSError", "NSException", "NSFileManager",
    "NSMutableArray", "NSMutableDictionary", "NSMutableSet", "NSMutableString", "NSNumber", "NSSet",
    "NSString", "NSURL", "NSValue",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Where a framework's metadata is: in which package's file, at which place."""

    name: str
    package: str
    inside: str


FOUNDATION = Source("Foundation", "pyobjc_framework_cocoa", "metadata/raw.Foundation/arm64-")
CORE_ML = Source("CoreML", "pyobjc_framework_coreml", "metadata/raw/arm64-")


def archive_of(folder, source):
    """The package's file, or None."""
    return next(iter(sorted(folder.glob(f"{source.package}-*.tar.gz"))), None)


def archives(folder):
    """The packages' files, or none where one is missing."""
    found = [archive_of(folder, source) for source in (FOUNDATION, CORE_ML)]
    return [] if None in found else found


def definitions_of(folder, source):
    with tarfile.open(archive_of(folder, source)) as opened:
        for member in opened:
            if source.inside in member.name and member.name.endswith(".fwinfo"):
                return apple_headers.read_fwinfo(opened.extractfile(member).read().decode())
    raise ValueError(f"{source.package} has no {source.inside}*.fwinfo")


def stub_text(install_name, symbols, classes=()):
    """A library's stub in LLVM's format tapi-tbd, version 4."""
    targets = "[ x86_64-macos, arm64-macos ]"
    lists = {"symbols": sorted(symbols), "objc-classes": sorted(classes)}
    listed = [
        f"    {kind}: [ " + ", ".join(f"'{name}'" for name in names) + " ]\n"
        for kind, names in lists.items()
        if names
    ]
    return (
        f"--- !tapi-tbd\ntbd-version: 4\ntargets: {targets}\ninstall-name: '{install_name}'\n"
        f"exports:\n  - targets: {targets}\n" + "".join(listed) + "...\n"
    )


def write_framework(sdk, name, symbols, classes, header=None):
    folder = sdk / FOLDER / f"{name}.framework"
    folder.mkdir(parents=True, exist_ok=True)
    install_name = f"/{FOLDER}/{name}.framework/Versions/A/{name}"
    (folder / f"{name}.tbd").write_text(stub_text(install_name, symbols, classes))
    if header:
        (folder / "Headers").mkdir(exist_ok=True)
        (folder / "Headers" / f"{name}.h").write_text(header)


def write(sdk, packages):
    """Writes the frameworks into the SDK. `packages` is the folder of PyObjC's packages."""
    foundation = definitions_of(packages, FOUNDATION)
    core_ml = definitions_of(packages, CORE_ML)
    base = apple_headers.Framework(foundation, FOUNDATION_CLASSES, set())
    text = apple_headers.header(base, apple_headers.FOUNDATION_BASE)
    write_framework(sdk, "Foundation", *apple_headers.exported(foundation), text)
    classes, protocols = set(core_ml["classes"]), set(core_ml["formal_protocols"])
    declared = FOUNDATION_CLASSES | set(base.types)
    above = apple_headers.Framework(core_ml, classes, protocols, declared)
    text = apple_headers.header(above, "#import <Foundation/Foundation.h>\n")
    write_framework(sdk, "CoreML", *apple_headers.exported(core_ml), text)
    write_framework(sdk, "CoreFoundation", CORE_FOUNDATION_SYMBOLS, ())
    objc = stub_text("/usr/lib/libobjc.A.dylib", OBJC_SYMBOLS, {"NSObject"})
    (sdk / "usr" / "lib" / "libobjc.tbd").write_text(objc)


def there(sdk):
    return (sdk / FOLDER / "CoreML.framework").is_dir()
