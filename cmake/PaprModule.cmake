# How a module of src/ is declared: papr_module(base SOURCES ... HEADERS ... LINKS ...) gives the
# static library papr::base; papr_module_test(base SOURCES ... LINKS ...) its test program.
include(GoogleTest)

function(papr_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(papr_${name} STATIC ${arg_SOURCES})
  add_library(papr::${name} ALIAS papr_${name})
  target_compile_features(papr_${name} PUBLIC cxx_std_23)
  set_target_properties(papr_${name} PROPERTIES
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(papr_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)
  if(arg_HEADERS)
    list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/papr/)
    target_sources(papr_${name}
      PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${arg_HEADERS})
  endif()
  target_link_libraries(papr_${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
endfunction()

function(papr_module_test name)
  if(NOT PAPR_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(papr_${name}_test ${arg_SOURCES})
  target_link_libraries(papr_${name}_test PRIVATE papr::${name} ${arg_LINKS} GTest::gtest_main)
  # Without the values of parameters in the names: those of a struct are a line of its bytes.
  gtest_discover_tests(papr_${name}_test
    NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()
