# What `cmake --install` puts where, and the package that find_package(Sconce) reads.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/Sconce")

install(TARGETS sconce RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS SconceLibrary SconceRuntimeArchive EXPORT SconceTargets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/sconce include/sconce-c DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
# For targets other than this machine the runtime is compiled from its sources.
install(DIRECTORY runtime DESTINATION "${CMAKE_INSTALL_DATADIR}/sconce" FILES_MATCHING PATTERN "*.h" PATTERN "*.cpp")
install(FILES LICENSE README.md docs/signature.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(EXPORT SconceTargets NAMESPACE Sconce:: DESTINATION "${package}")
configure_package_config_file(cmake/SconceConfig.cmake.in "${PROJECT_BINARY_DIR}/SconceConfig.cmake"
  INSTALL_DESTINATION "${package}" PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/SconceConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/SconceConfig.cmake" "${PROJECT_BINARY_DIR}/SconceConfigVersion.cmake"
  cmake/SconceAddModel.cmake DESTINATION "${package}")
