# papr::coreml_schema: the messages of a Core ML package that are read here, made at build time from
# coremltools' own descriptors and linked to protobuf's lite runtime only.
include(PythonVenv)
# Protobuf 22 and newer want Abseil, of which only their own account knows; older ones may have none.
find_package(protobuf CONFIG QUIET)
if(NOT TARGET protobuf::libprotobuf-lite)
  find_package(Protobuf REQUIRED)
endif()

set(schema_dir "${CMAKE_BINARY_DIR}/coreml_schema")
set(schema_script "${PROJECT_SOURCE_DIR}/tools/make_coreml_schema.py")
file(MAKE_DIRECTORY "${schema_dir}")

add_custom_command(
  OUTPUT "${schema_dir}/coreml.fds" "${schema_dir}/coreml_model_kinds.h"
  COMMAND "${PAPR_PYTHON}" "${schema_script}" coreml.fds coreml_model_kinds.h
  DEPENDS "${schema_script}" "${PROJECT_SOURCE_DIR}/tools/quiet_coremltools.py"
  WORKING_DIRECTORY "${schema_dir}"
  COMMENT "Making the Core ML schema" VERBATIM)
add_custom_command(
  OUTPUT "${schema_dir}/mil.pb.cc" "${schema_dir}/mil.pb.h"
         "${schema_dir}/coreml_model.pb.cc" "${schema_dir}/coreml_model.pb.h"
  COMMAND protobuf::protoc --descriptor_set_in=coreml.fds --cpp_out=.
          mil.proto coreml_model.proto
  DEPENDS "${schema_dir}/coreml.fds"
  WORKING_DIRECTORY "${schema_dir}"
  COMMENT "Generating the Core ML schema's C++" VERBATIM)

add_library(papr_coreml_schema STATIC
  "${schema_dir}/mil.pb.cc" "${schema_dir}/mil.pb.h"
  "${schema_dir}/coreml_model.pb.cc" "${schema_dir}/coreml_model.pb.h"
  "${schema_dir}/coreml_model_kinds.h")
add_library(papr::coreml_schema ALIAS papr_coreml_schema)
target_compile_features(papr_coreml_schema PUBLIC cxx_std_23)
target_compile_options(papr_coreml_schema PRIVATE -w)  # generated
set_target_properties(papr_coreml_schema PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_include_directories(papr_coreml_schema SYSTEM PUBLIC "${schema_dir}")
target_link_libraries(papr_coreml_schema PUBLIC protobuf::libprotobuf-lite)
