# Build options and the flags every room is compiled with.

option(SCONCE_BUILD_TESTS "Build the unit tests and the lit suite" ON)
option(SCONCE_BUILD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
option(SCONCE_WERROR "Treat warnings as errors" ON)
option(SCONCE_GUARD_MEMORY "Put tensors before pages that nobody may touch, to find where compiled code leaves them" OFF)
set(SCONCE_SANITIZE "" CACHE STRING "Comma-separated sanitizers for our own code: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
# Installed programs find our library beside them, and LLVM's where it was when this was built.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wno-unused-parameter)
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti> $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
if(SCONCE_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # Precompiled headers stay valid in a compiler cache only without their time stamps.
  add_compile_options(-Xclang -fno-pch-timestamp)
  add_link_options(-fuse-ld=lld)
endif()
# A hash of what was linked: code that was compiled by one build is not taken for another's (lib/Driver/BuildId).
add_link_options(LINKER:--build-id=sha1)
if(SCONCE_SANITIZE)
  add_compile_options(-fsanitize=${SCONCE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SCONCE_SANITIZE})
endif()
# What tests run under. LLVM's and MLIR's shared libraries are not instrumented, so with sanitizers
# - containers that they fill look overflowed to an instrumented caller (detect_container_overflow),
# - arenas that our code has poisoned up to their next free byte are filled by them (allow_user_poisoning), and
# - inline variables of their headers exist twice (detect_odr_violation).
# Leaks are errors: those libraries have none that is visible from here, so nothing is suppressed.
# Some tests load what was compiled ahead of time, whose runtime is not instrumented: it takes memory with malloc where an
# instrumented one frees it with operator delete (runtime/Freestanding.cpp), which is no error (alloc_dealloc_mismatch).
set(SCONCE_TEST_ENVIRONMENT)
set(SCONCE_AOT_TEST_ENVIRONMENT)
if(SCONCE_SANITIZE MATCHES "address")
  set(options "ASAN_OPTIONS=allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=1:detect_odr_violation=0")
  set(SCONCE_TEST_ENVIRONMENT "${options}" "UBSAN_OPTIONS=print_stacktrace=1")
  set(SCONCE_AOT_TEST_ENVIRONMENT "${options}:alloc_dealloc_mismatch=0" "UBSAN_OPTIONS=print_stacktrace=1")
endif()
if(SCONCE_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(SCONCE_CCACHE ccache)
if(SCONCE_CCACHE)
  set(SCONCE_CCACHE_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${SCONCE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${SCONCE_CCACHE_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SCONCE_CCACHE_LAUNCHER})
endif()
