# Compares the number of test cases in the binary TESTS with the number in the files FILES (patterns, comma-separated).
cmake_minimum_required(VERSION 3.25)

function(count result)
  execute_process(COMMAND "${TESTS}" --count --no-skip=true ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  if(NOT said MATCHES "current filters: ([0-9]+)")
    message(FATAL_ERROR "no count in: ${said}")
  endif()
  set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

count(all)
count(entered "--source-file=${FILES}")
if(all EQUAL 0 OR NOT all EQUAL entered)
  message(FATAL_ERROR "${all} test cases in the binary, ${entered} of them in files with a CTest entry")
endif()
message(STATUS "${all} test cases, all of them in files with a CTest entry")
