# The warnings that our own targets compile with. Nobody who links the library inherits them.
# A constructor's parameter may have the name of the member it fills: g++ is asked about local names only.
add_library(dataflow_warnings INTERFACE)
target_compile_options(dataflow_warnings INTERFACE
  -Wall -Wextra -Wpedantic $<IF:$<CXX_COMPILER_ID:GNU>,-Wshadow=local,-Wshadow>)
# g++ 12 sees an overlap in every `"text" + string` that it optimises (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(dataflow_warnings INTERFACE -Wno-restrict)
endif()
if(DATAFLOW_WERROR)
  target_compile_options(dataflow_warnings INTERFACE -Werror)
endif()
