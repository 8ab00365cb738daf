# The models that tests, benchmarks and the demo run on, below PAPR_MODELS_DIR:
#   papr_demo_model   all-MiniLM-L6-v2 (fp16, flexible shapes)
#   papr_test_models  that, its other variants, and tiny/
# Both targets always run: the scripts know within milliseconds that nothing has changed, and the
# folder may be shared by several build folders that are built at the same time.
include(PythonVenv)
set(PAPR_MODELS_DIR "${PROJECT_SOURCE_DIR}/build/models" CACHE PATH "Where models are built")

set(build_model "${PAPR_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/build_model.py")
set(minilm "${PAPR_MODELS_DIR}/all-MiniLM-L6-v2")

add_custom_target(papr_demo_model
  COMMAND ${build_model} --out "${minilm}"
  COMMENT "Demo model" VERBATIM)
add_custom_target(papr_test_models
  COMMAND ${build_model} --precision fp32 --out "${minilm}-fp32"
  COMMAND ${build_model} --shape 1x32 --out "${minilm}-fixed32"
  COMMAND ${build_model} --precision fp32 --shape 1x32 --out "${minilm}-fp32-fixed32"
  COMMAND "${PAPR_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/build_tiny_package.py"
          "${PAPR_MODELS_DIR}/tiny"
  COMMENT "Models of the tests" VERBATIM)
add_dependencies(papr_test_models papr_demo_model)
