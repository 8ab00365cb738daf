# Homebrew's fmt is a library; its headers alone do the same.
if(NOT TARGET fmt::fmt)
  add_library(fmt::fmt INTERFACE IMPORTED)
  set_target_properties(fmt::fmt PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_OSX_SYSROOT}/opt/homebrew/include
    INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY)
endif()
