# Toolchain: builds for macOS on Linux with clang 19 and the folder that tools/macos_sdk.py makes.
# Compiling and linking are checked; what comes out cannot run, because the SDK has stubs only.
set(PAPR_MACOS_ARCH arm64 CACHE STRING "arm64 or x86_64")
set(PAPR_MACOS_SDK ${CMAKE_CURRENT_LIST_DIR}/../build/macos-sdk CACHE PATH
  "Made by tools/check_macos_build.py")
set(PAPR_LLVM /usr/lib/llvm-19 CACHE PATH "Where clang, lld and the LLVM tools are")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PAPR_MACOS_ARCH PAPR_MACOS_SDK PAPR_LLVM)

set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_VERSION 23.0.0)  # macOS 14
set(CMAKE_SYSTEM_PROCESSOR ${PAPR_MACOS_ARCH})
set(CMAKE_OSX_DEPLOYMENT_TARGET 14.0)
get_filename_component(CMAKE_OSX_SYSROOT ${PAPR_MACOS_SDK} ABSOLUTE)

set(CMAKE_C_COMPILER ${PAPR_LLVM}/bin/clang)
set(CMAKE_CXX_COMPILER ${PAPR_LLVM}/bin/clang++)
set(CMAKE_AR ${PAPR_LLVM}/bin/llvm-ar CACHE FILEPATH "")
set(CMAKE_RANLIB ${PAPR_LLVM}/bin/llvm-ranlib CACHE FILEPATH "")
set(CMAKE_INSTALL_NAME_TOOL ${PAPR_LLVM}/bin/llvm-install-name-tool CACHE FILEPATH "")
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_TARGET ${PAPR_MACOS_ARCH}-apple-macos)
endforeach()
if(NOT CMAKE_CXX_FLAGS_INIT MATCHES "stdlib")  # CMake reads this file more than once
  string(APPEND CMAKE_CXX_FLAGS_INIT
    " -stdlib++-isystem ${CMAKE_OSX_SYSROOT}/usr/include/c++/v1")
endif()
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)

# Nothing of this machine but its programs: headers and libraries come from the SDK, and from what
# stands in for Homebrew's CMake files.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_OSX_SYSROOT} ${CMAKE_CURRENT_LIST_DIR}/macos-packages)
set(CMAKE_PREFIX_PATH
  ${CMAKE_CURRENT_LIST_DIR}/macos-packages ${CMAKE_OSX_SYSROOT}/opt/homebrew)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind INCLUDE LIBRARY PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_OSX_SYSROOT}/opt/homebrew/lib/pkgconfig)

set(CMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE PRE_TEST)  # the tests cannot run here
