# lars_test(NAME SOURCES … LINK … [LABELS …] [TIMEOUT seconds]): one Catch2 program and one ctest
# entry of that name. Names are kind.subject: unit.base, integration.store, system.restart. The
# timeout is what a machine with nothing else to do needs at most; a busy one gets five times that.
#
# What may run beside what: everything; a test picks free ports and its own directories.
function(lars_test name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SOURCES;LINK;LABELS")
    string(REPLACE "." "_" target test_${name})
    add_executable(${target} ${ARG_SOURCES})
    set_target_properties(
        ${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test-bin)
    target_link_libraries(${target} PRIVATE ${ARG_LINK} lars_test_support lars_compiler)
    add_test(NAME ${name} COMMAND ${target})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    math(EXPR timeout "5 * ${ARG_TIMEOUT}")
    string(REGEX REPLACE "\\..*" "" kind ${name})
    set_tests_properties(
        ${name} PROPERTIES TIMEOUT ${timeout} LABELS "${kind};${ARG_LABELS}")
    if("concurrent" IN_LIST ARG_LABELS)
        set_property(GLOBAL APPEND PROPERTY LARS_CONCURRENT_TESTS ${target})
    endif()
endfunction()
