# The Python environment that builds models and brings OpenVINO: PAPR_PYTHON and PAPR_SITE_PACKAGES.
# Below the project and not below CMAKE_BINARY_DIR, so that a build of another project that adds this
# one finds what `make setup` made.
set(PAPR_PYTHON_VENV "${PROJECT_SOURCE_DIR}/build/venv"
  CACHE PATH "Python venv with openvino and coremltools")
set(PAPR_PYTHON "${PAPR_PYTHON_VENV}/bin/python3")
if(NOT EXISTS "${PAPR_PYTHON}")
  message(FATAL_ERROR "No Python environment at ${PAPR_PYTHON_VENV}.\n"
    "Run `make setup`, or give one with -DPAPR_PYTHON_VENV=DIR, "
    "or build without tests and OpenVINO: -DPAPR_BUILD_TESTS=OFF -DPAPR_WITH_OPENVINO=OFF.")
endif()
execute_process(
  COMMAND "${PAPR_PYTHON}" -c "import sysconfig; print(sysconfig.get_path('purelib'))"
  OUTPUT_VARIABLE PAPR_SITE_PACKAGES OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
