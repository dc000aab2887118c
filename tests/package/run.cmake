# Installs the build BUILD below SCRATCH, builds the project SOURCE against it there and runs both programs.
cmake_minimum_required(VERSION 3.25)

function(run)
  message(STATUS "${ARGV}")
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
file(MAKE_DIRECTORY ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIG} --prefix ${SCRATCH}/prefix)
# Moved after the installation: nothing in the package may remember where it stood.
file(RENAME ${SCRATCH}/prefix ${SCRATCH}/moved)

run(${CMAKE_COMMAND} -S ${SOURCE} -B ${SCRATCH}/build -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${COMPILER}
    -D CMAKE_BUILD_TYPE=${CONFIG} -D CMAKE_PREFIX_PATH=${SCRATCH}/moved)
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/outside ${SCRATCH}/outside.db)

execute_process(COMMAND ${SCRATCH}/moved/${BINDIR}/dataflow version OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
if(NOT said MATCHES "${VERSION}")
  message(FATAL_ERROR "the installed program calls itself \"${said}\", not ${VERSION}")
endif()
