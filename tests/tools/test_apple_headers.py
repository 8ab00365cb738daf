# SPDX-License-Identifier: Apache-2.0
"""What becomes of PyObjC's metadata, and what is read out of what compilers print."""

import apple_headers
import check_coreml_headers as headers


def method(selector, result, *arguments, introduced=None):
    return {
        "selector": selector,
        "class_method": False,
        "retval": {"type_name": result, "typestr": "@"},
        "args": [{"type_name": one, "typestr": "@"} for one in arguments],
        "introduced": introduced,
    }


DEFINITIONS = {
    "classes": {
        "MLThing": {
            "super": "NSObject",
            "protocols": [],
            "properties": [
                {
                    "name": "ready",
                    "type_name": "BOOL",
                    "typestr": "c",
                    "attributes": ["readonly", ["getter", "isReady"]],
                }
            ],
            "methods": [
                method("isReady", "BOOL", introduced="14.0"),
                method("takeUnits:named:", "void", "MLUnits", "NSString *", introduced="14.4"),
                method("drawIn:", "void", "CGRect"),
            ],
        }
    },
    "formal_protocols": {},
    "enum_type": {"MLUnits": {"type": "q"}},
    "enum": {"MLUnitsAll": {"enum": "MLUnits", "value": 2}},
    "typedefs": {"MLUnits": "enum MLUnits"},
    "externs": {},
    "functions": {},
}


def test_a_header_has_what_can_be_written_and_since_when_it_is_there():
    framework = apple_headers.Framework(DEFINITIONS, {"MLThing"}, set())
    text = apple_headers.header(framework, "")
    assert "typedef enum MLUnits : NSInteger { MLUnitsAll = (NSInteger)2ULL } MLUnits;" in text
    assert "@class NSString;" in text
    since = "__attribute__((availability(macos,introduced={})))"
    assert f"@property (readonly, getter=isReady) BOOL ready {since.format('14.0')};" in text
    assert f"- (void)takeUnits:(MLUnits)a0 named:(NSString *)a1 {since.format('14.4')};" in text
    assert framework.left_out == [("MLThing", "drawIn:")]


def test_comments_before_the_metadata_are_skipped():
    assert apple_headers.read_fwinfo('// made\n{"definitions": {"a": 1}}') == {"a": 1}


def test_selectors_are_those_of_methods_and_properties():
    known = apple_headers.selectors(DEFINITIONS)
    assert {"takeUnits:named:", "drawIn:", "ready", "isReady"} <= known


def test_selectors_are_read_out_of_an_object_and_a_header():
    objdump = "a.o:\nContents of (__TEXT,__objc_methname) section\n0000 init\n0005  setA:b:\n"
    assert headers.used_selectors(objdump) == {"init", "setA:b:"}
    header = "- (id)copy;\n+ (BOOL)isA:(Class)a kind:(int)b;\n- (id)new OBJC_AVAILABLE(1, 2);\n"
    assert headers.declared_selectors(header) == {"copy", "isA:kind:", "new"}
