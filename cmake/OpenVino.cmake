# papr::openvino: OpenVINO's C++ runtime out of the PyPI wheel, found at run time through RPATH.
include(PythonVenv)
if(NOT EXISTS "${PAPR_SITE_PACKAGES}/openvino/cmake/OpenVINOConfig.cmake")
  message(FATAL_ERROR "The Python package openvino is not installed in ${PAPR_PYTHON_VENV}.\n"
    "Run `make setup` (on a Mac `build/venv/bin/pip install openvino`), or build without it: "
    "-DPAPR_WITH_OPENVINO=OFF.")
endif()
find_package(OpenVINO REQUIRED COMPONENTS Runtime CONFIG
  PATHS "${PAPR_SITE_PACKAGES}/openvino/cmake" NO_DEFAULT_PATH)

# CMake adds the RPATH of an imported library to programs of the build tree by itself.
add_library(papr_openvino INTERFACE)
add_library(papr::openvino ALIAS papr_openvino)
target_link_libraries(papr_openvino INTERFACE openvino::runtime)
