# Builds the Rust library with cargo: sets `archive` and makes the target papr_rust_build.
set(PAPR_CARGO_TARGET_DIR ${PROJECT_SOURCE_DIR}/build/cargo CACHE PATH "Where cargo keeps what it builds")
set(PAPR_RUST_OLDEST 1.85)  # rust-version in Cargo.toml

find_program(PAPR_CARGO cargo HINTS $ENV{CARGO_HOME}/bin $ENV{HOME}/.cargo/bin
  DOC "Rust's build tool; Debian's package cargo-web installs it as cargo")
set(PAPR_CARGO_REMEDY "install Rust ${PAPR_RUST_OLDEST} or newer (Debian 12: apt install cargo-web; \
Homebrew: brew install rust; elsewhere: https://rustup.rs), or configure with -DPAPR_WITH_RUST=OFF \
to build without embed, store, client and the command line")
if(NOT PAPR_CARGO)
  message(FATAL_ERROR "find cargo: not on PATH; ${PAPR_CARGO_REMEDY}")
endif()
execute_process(COMMAND ${PAPR_CARGO} --version OUTPUT_VARIABLE PAPR_CARGO_SAYS
  RESULT_VARIABLE PAPR_CARGO_STATUS OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
string(REGEX MATCH "^cargo ([0-9.]+)" matched "${PAPR_CARGO_SAYS}")
if(NOT PAPR_CARGO_STATUS EQUAL 0 OR NOT matched OR CMAKE_MATCH_1 VERSION_LESS PAPR_RUST_OLDEST)
  message(FATAL_ERROR
    "run ${PAPR_CARGO} --version: \"${PAPR_CARGO_SAYS}\" is not ${PAPR_RUST_OLDEST} or newer; \
${PAPR_CARGO_REMEDY}, and -UPAPR_CARGO to look again")
endif()

set(environment)
if(CMAKE_OSX_DEPLOYMENT_TARGET)
  set(environment ${CMAKE_COMMAND} -E env MACOSX_DEPLOYMENT_TARGET=${CMAKE_OSX_DEPLOYMENT_TARGET})
endif()
set(archive ${PAPR_CARGO_TARGET_DIR}/release/libpapr_rust.a)
set(stamp ${CMAKE_CURRENT_BINARY_DIR}/papr_rust.stamp)
# The stamp, because cargo leaves the archive's time alone when it finds nothing to do.
add_custom_command(OUTPUT ${stamp} BYPRODUCTS ${archive}
  COMMAND ${environment} ${PAPR_CARGO} build --release --locked
    --target-dir ${PAPR_CARGO_TARGET_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
  WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR}
  DEPENDS Cargo.lock Cargo.toml src/cut_rule.rs src/lib.rs src/tokenizer.rs
  COMMENT "Building the Rust library" USES_TERMINAL VERBATIM)
add_custom_target(papr_rust_build DEPENDS ${stamp})
