# SPDX-License-Identifier: Apache-2.0
"""The checks of the backend on Core ML can fail: each planted fault is found."""

import subprocess

import pytest
import run_gnustep

import check_coreml_headers as headers
import macos_frameworks
import macos_sdk

MODEL, PLAN, BACKEND = "coreml_model.mm", "compute_plan.mm", "coreml_backend.mm"
# (what is planted, in which file, for what, the fault, what the run has to say)
RUN = [
    ("a release is missing", MODEL, "objc_ptr<MLMultiArray*>::take(",
     "objc_ptr<MLMultiArray*>::keep(", "live_objects()"),
    ("a retain is missing", BACKEND, "objc_ptr<MLModel*>::keep(", "objc_ptr<MLModel*>::take(",
     "AddressSanitizer"),
    ("strides of outputs are dropped", MODEL, "lengths_of([array strides])",
     "row_major_strides(shape)", "OutputsAreReadByTheirStrides"),
    ("strides of inputs are wrong", MODEL, "row_major_strides(view.shape)",
     "std::vector<std::int64_t>(view.shape.size(), 1)", "APredictionReadsTheCallersMemory"),
    ("exceptions leave", MODEL, "return guarded(kDoing, [&] { return predict(inputs); });",
     "return predict(inputs);", "__verbose_terminate_handler"),
    ("a nil plan is not seen", PLAN, "if (plan == nil)", "if (false)", "APlanThatFails"),
    ("a late answer is leaked", PLAN, "std::make_shared<Answer>()",
     "std::shared_ptr<Answer>(new Answer, [](Answer*) {})", "LeakSanitizer"),
    ("answers of a batch are not counted", MODEL,
     "if (static_cast<std::size_t>([answers count]) != batch.size())", "if (false)",
     "ABatchIsOneCall"),
    ("answers of a batch are mixed up", MODEL, "[answers featuresAtIndex:i]",
     "[answers featuresAtIndex:0]", "ABatchIsOneCall"),
    ("names of operations are dropped", PLAN, "text_of([[[operation outputs] firstObject] name])",
     "std::string()", "EachOperationIsTold"),
    ("a row of errors is missing", "coreml_error.cpp", "{kCoreMl, 3,", "{kCoreMl, 333,",
     "EveryKnownErrorOfLoading"),
]  # fmt: skip
COMPILE = [
    ("a wrong selector", MODEL, "predictionFromFeatures:", "predictFromFeatures:",
     "predictFromFeatures:error:"),
    ("a newer function without @available", PLAN, "if (@available(macOS 14.4, *)) {", "if (true) {",
     "only available on macOS 14.4 or newer"),
    ("a text for an address", BACKEND, "modelWithContentsOfURL:ns_folder(compiled)",
     "modelWithContentsOfURL:@\"a\"", "cannot initialize a parameter of type"),
    ("a constant that is none", BACKEND, "return MLComputeUnitsCPUAndGPU;",
     "return MLComputeUnitsNPU;", "MLComputeUnitsNPU"),
]  # fmt: skip
FAKE = [
    ("featureValueForName:(NSString*)featureName", "featureForName:(NSString*)featureName",
     "-[MLFeatureProvider featureForName:]: Core ML has no such method"),
    ("compileModelAtURL:(NSURL*)", "compileModelAtURL:(NSString*)", "+[MLModel compileModelAtURL"),
    ("MLComputeUnitsAll = 2", "MLComputeUnitsAll = 7", "MLComputeUnitsAll: 7, and Core ML has 2"),
    ("MLFeatureTypeImage = 4", "MLFeatureTypePicture = 4", "MLFeatureTypePicture: Core ML has no"),
]  # fmt: skip


def plant(folder, file, old, new):
    """A copy of a file of the backend with a fault."""
    text = (headers.SOURCES / file).read_text()
    assert text.count(old) == 1, f"{file} has changed: plant the fault anew"
    planted = folder / file
    planted.write_text(text.replace(old, new))
    return planted


def names(faults):
    return [fault[0] for fault in faults]


@pytest.fixture(scope="module")
def gnustep():
    if missing := run_gnustep.missing_packages():
        pytest.skip(f"not installed: {', '.join(missing)}; run make setup")
    run_gnustep.build()
    return run_gnustep.commands()


@pytest.fixture(scope="module")
def sdk():
    try:
        macos_sdk.make()
    except macos_sdk.Missing as missing:
        pytest.skip(str(missing))
    if not macos_frameworks.there(macos_sdk.SDK):
        pytest.skip("PyObjC's packages are missing; run make setup")


@pytest.mark.parametrize(("_", "file", "old", "new", "said"), RUN, ids=names(RUN))
def test_a_fault_is_found_by_running(gnustep, tmp_path, _, file, old, new, said):
    compiled, link = gnustep
    (source,) = [path for path in compiled if path.name == file]
    (linked,) = [word for word in link if word.endswith(f"/{file}.o")]
    made, program = tmp_path / "planted.o", tmp_path / "planted"
    planted = plant(tmp_path, file, old, new)
    argv = [str(planted) if word == str(source) else word for word in compiled[source]]
    argv[argv.index("-o") + 1] = str(made)
    argv[argv.index("-MF") + 1] = str(tmp_path / "planted.d")
    unused = ["-Wno-unused", "-iquote", str(source.parent)]
    subprocess.run([*argv, *unused], check=True, cwd=run_gnustep.BUILD)
    argv = [str(made) if word == linked else word for word in link]
    argv[argv.index("-o") + 1] = str(program)
    subprocess.run(argv, check=True, cwd=run_gnustep.BUILD)
    with pytest.raises(run_gnustep.Failed) as failed:
        run_gnustep.run_program(program, only="-*AThousandLoads*")
    assert said in str(failed.value)


@pytest.mark.parametrize(("_", "file", "old", "new", "said"), COMPILE, ids=names(COMPILE))
def test_a_fault_is_found_by_compiling(sdk, tmp_path, _, file, old, new, said):
    planted = plant(tmp_path, file, old, new)
    with pytest.raises(headers.Failed) as failed:
        headers.compile_file(planted, "arm64", tmp_path / "planted.o")
    assert said in str(failed.value)


def test_a_selector_that_nobody_has_is_found_in_the_object(sdk, tmp_path):
    call = 'return guarded("find shapes of outputs"'
    new = f"static_cast<void>(@selector(noSuchThing:)); {call}"
    planted = plant(tmp_path, MODEL, call, new)
    headers.compile_file(planted, "arm64", tmp_path / "planted.o")
    found = headers.selectors_in(tmp_path / "planted.o")
    assert found - headers.known_selectors() == {"noSuchThing:"}


@pytest.mark.parametrize(("old", "new", "said"), FAKE, ids=names(FAKE))
def test_a_declaration_that_core_ml_has_not_is_found(sdk, tmp_path, old, new, said):
    text = (headers.FAKE / "CoreML" / "CoreML.h").read_text()
    assert text.count(old) == 1
    (tmp_path / "CoreML").mkdir()
    (tmp_path / "CoreML" / "CoreML.h").write_text(text.replace(old, new))
    real = headers.declarations_in(tmp_path)
    assert None not in real[1].values()
    found = headers.differences(real, headers.declarations_in(tmp_path, "-I", tmp_path))
    assert len(found) == 1 and found[0].startswith(said)
