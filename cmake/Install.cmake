include(CMakePackageConfigHelpers)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dataflow)

install(TARGETS dataflow EXPORT dataflow)
install(TARGETS dataflow_cli)
install(DIRECTORY include/dataflow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES share/dataflow/dataflow.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/dataflow)
install(EXPORT dataflow NAMESPACE dataflow:: FILE dataflowTargets.cmake DESTINATION ${config_dir})

configure_package_config_file(cmake/dataflowConfig.cmake.in dataflowConfig.cmake
  INSTALL_DESTINATION ${config_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dataflowConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/dataflowConfig.cmake ${PROJECT_BINARY_DIR}/dataflowConfigVersion.cmake
  cmake/FindSOCI.cmake cmake/FindSodium.cmake
  DESTINATION ${config_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
