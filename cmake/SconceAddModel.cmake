# sconce_add_model(TARGET MODEL model.pt INPUTS spec… [METHODS name…] [OPTIONS option…])
# Compiles an archive when the project is built. Who links TARGET can include "TARGET.h" and call TARGET_forward and the like;
# the code, the weights and the runtime are linked in. INPUTS are the types of the arguments, such as 1x3x224x224xf32 (see
# `sconce compile --help`), OPTIONS further options of `sconce compile`.
function(sconce_add_model target)
  cmake_parse_arguments(ARG "" "MODEL" "INPUTS;METHODS;OPTIONS" ${ARGN})
  if(NOT ARG_MODEL OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "expected sconce_add_model(TARGET MODEL model.pt INPUTS 1x3x224x224xf32)")
  endif()
  get_filename_component(model "${ARG_MODEL}" ABSOLUTE)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.model")
  file(MAKE_DIRECTORY "${folder}")
  set(words)
  foreach(spec IN LISTS ARG_INPUTS)
    list(APPEND words --input "${spec}")
  endforeach()
  foreach(method IN LISTS ARG_METHODS)
    list(APPEND words --method "${method}")
  endforeach()
  add_custom_command(OUTPUT "${folder}/lib${target}.a" "${folder}/${target}.h"
    COMMAND "${SCONCE_PROGRAM}" compile "${model}" -o "${folder}/lib${target}.a" --header "${folder}/${target}.h"
      --name "${target}" ${words} ${ARG_OPTIONS}
    DEPENDS "${model}" "${SCONCE_PROGRAM}" COMMENT "Compiling ${ARG_MODEL}" VERBATIM)
  add_custom_target(${target}-compile DEPENDS "${folder}/lib${target}.a" "${folder}/${target}.h")
  add_library(${target} INTERFACE)
  add_dependencies(${target} ${target}-compile)
  target_include_directories(${target} INTERFACE "${folder}"
    $<TARGET_PROPERTY:Sconce::Sconce,INTERFACE_INCLUDE_DIRECTORIES>)
  target_link_libraries(${target} INTERFACE "${folder}/lib${target}.a" Threads::Threads m)
endfunction()
