# The functions that folders declare their targets with.
# Each folder's CMakeLists.txt is a list of sources and of libraries by name.

# sconce_library(NAME SOURCES… LINK… [PCH LLVM|MLIR|TorchScript] [DEPENDS target…])
# A static library of one room. PCH names the precompiled header it shares with its kind:
# an MLIR translation unit takes 8 s without one and 1.5 s with it.
function(sconce_library name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC
    "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  sconce_use_pch(${name} "${ARG_PCH}")
endfunction()

# sconce_use_pch(TARGET LLVM|MLIR|TorchScript|""): TorchScript is MLIR with the ts dialect.
function(sconce_use_pch name pch)
  if(pch STREQUAL "")
    return()
  endif()
  target_include_directories(${name} SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_compile_definitions(${name} PUBLIC ${LLVM_DEFINITIONS_LIST})
  target_link_libraries(${name} PUBLIC LLVM)
  if(NOT pch STREQUAL "LLVM")
    target_link_libraries(${name} PUBLIC MLIR)
  endif()
  if(NOT TARGET SconcePch${pch})
    add_library(SconcePch${pch} OBJECT "${PROJECT_SOURCE_DIR}/cmake/Pch${pch}.cpp")
    target_include_directories(SconcePch${pch} SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
    target_compile_definitions(SconcePch${pch} PRIVATE ${LLVM_DEFINITIONS_LIST})
    if(pch STREQUAL "TorchScript")
      target_include_directories(SconcePch${pch} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
      add_dependencies(SconcePch${pch} SconceTorchScriptIncGen)
    endif()
    target_precompile_headers(SconcePch${pch} PRIVATE "${PROJECT_SOURCE_DIR}/cmake/Pch${pch}.h")
    target_compile_options(SconcePch${pch} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-fpch-instantiate-templates>)
  endif()
  target_precompile_headers(${name} REUSE_FROM SconcePch${pch})
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-fpch-instantiate-templates>)
endfunction()

separate_arguments(LLVM_DEFINITIONS_LIST NATIVE_COMMAND "${LLVM_DEFINITIONS}")

# sconce_tool(NAME SOURCES… LINK… [PCH …])
function(sconce_tool name)
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE
    "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  # A program is compiled as the libraries are (-fPIC, not -fPIE), so that it can share their precompiled header.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  sconce_use_pch(${name} "${ARG_PCH}")
endfunction()

# sconce_unit_test(NAME SOURCES… LINK… [PCH …]): a GoogleTest program that ctest and lit run.
function(sconce_unit_test name)
  if(NOT SCONCE_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "PCH" "SOURCES;LINK" ${ARGN})
  sconce_tool(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} GTest::gtest GTest::gtest_main PCH ${ARG_PCH})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/test/Unit")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${SCONCE_TEST_ENVIRONMENT}")
  set_property(GLOBAL APPEND PROPERTY SCONCE_UNIT_TESTS ${name})
endfunction()

# sconce_fuzzer(NAME SOURCES… LINK…): a libFuzzer program, built under SCONCE_BUILD_FUZZERS only.
function(sconce_fuzzer name)
  if(NOT SCONCE_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  sconce_tool(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()

# sconce_embed_text(TARGET file…): compiles text files in. The source includes "<path from the root>.inc",
# a string literal with the file's text.
function(sconce_embed_text target)
  foreach(file IN LISTS ARGN)
    get_filename_component(in "${file}" ABSOLUTE)
    file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${in}")
    set(out "${PROJECT_BINARY_DIR}/${path}.inc")
    add_custom_command(OUTPUT "${out}"
      COMMAND "${CMAKE_COMMAND}" "-DIN=${in}" "-DOUT=${out}" -P "${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake"
      DEPENDS "${in}" "${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake" VERBATIM)
    target_sources(${target} PRIVATE "${out}")
  endforeach()
endfunction()

# sconce_tablegen(TARGET file.td out.inc -flags…  out2.inc -flags… …)
# Runs mlir-tblgen once for each pair of output name and flags.
function(sconce_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(TABLEGEN_OUTPUT)
  set(args ${ARGN})
  while(args)
    list(POP_FRONT args out)
    set(flags)
    while(args)
      list(GET args 0 next)
      if(NOT next MATCHES "^-")
        break()
      endif()
      list(POP_FRONT args flag)
      list(APPEND flags ${flag})
    endwhile()
    mlir_tablegen(${out} ${flags} EXTRA_INCLUDES "${PROJECT_SOURCE_DIR}" ${MLIR_INCLUDE_DIRS})
  endwhile()
  add_public_tablegen_target(${target})
endfunction()
