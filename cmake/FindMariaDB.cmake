# The headers of MariaDB's client library: MariaDB_INCLUDE_DIR.
find_path(MariaDB_INCLUDE_DIR mariadb_version.h PATH_SUFFIXES mariadb mysql)
mark_as_advanced(MariaDB_INCLUDE_DIR)

if(MariaDB_INCLUDE_DIR)
  file(STRINGS "${MariaDB_INCLUDE_DIR}/mariadb_version.h" version_line REGEX "define MARIADB_PACKAGE_VERSION ")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" MariaDB_VERSION "${version_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MariaDB REQUIRED_VARS MariaDB_INCLUDE_DIR VERSION_VAR MariaDB_VERSION)
