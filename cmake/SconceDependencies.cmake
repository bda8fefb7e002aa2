# Every library that Sconce does not write itself.

find_package(MLIR REQUIRED CONFIG)
find_package(LLVM REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
# The linker as a library; without it ld.lld is run as a program.
find_package(LLD QUIET CONFIG HINTS "${LLVM_DIR}/../lld")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
if(SCONCE_BUILD_TESTS)
  find_package(GTest REQUIRED)
  # The text tests' runner comes with LLVM's tools, under this name (Debian has no llvm-lit).
  find_program(SCONCE_LIT NAMES lit llvm-lit HINTS "${LLVM_TOOLS_BINARY_DIR}" REQUIRED)
endif()
