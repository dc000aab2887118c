# Everything comes from the system through find_package; nothing is downloaded.
find_package(Boost 1.81 CONFIG REQUIRED)
find_package(SOCI 4.0 REQUIRED COMPONENTS sqlite3 postgresql)
find_package(SQLite3 3.40 REQUIRED)
find_package(PostgreSQL 14 REQUIRED)  # libpq
find_package(MariaDB 3.1 REQUIRED)  # the headers of libmariadb
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(Sodium REQUIRED)
find_package(Threads REQUIRED)
if(DATAFLOW_BUILD_TESTS)
  find_package(doctest 2.4.9 REQUIRED)
endif()
