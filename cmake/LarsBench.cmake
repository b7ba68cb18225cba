# lars_bench(NAME "what it measures" SOURCES … LINK …): a program for scripts/bench, and a short run
# of it in ctest, which checks that it works and not how fast.
function(lars_bench name description)
    cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "SOURCES;LINK")
    set(target bench_${name})
    add_executable(${target} ${ARG_SOURCES})
    set_target_properties(
        ${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench-bin)
    target_link_libraries(${target} PRIVATE ${ARG_LINK} lars_bench_support lars_compiler)
    add_test(NAME bench.${name} COMMAND ${target} --quick --json)
    set_tests_properties(bench.${name} PROPERTIES TIMEOUT 600 LABELS bench)
endfunction()

# The same of a program in Python, at which `PROGRAM` points, with the targets that it runs.
function(lars_bench_script name description)
    cmake_parse_arguments(PARSE_ARGV 2 ARG "" "PROGRAM" "DEPENDS")
    set(program ${PROJECT_BINARY_DIR}/bench-bin/bench_${name})
    file(
        WRITE ${program}
        "#!/bin/sh\nexec /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_PROGRAM} --build ${PROJECT_BINARY_DIR} \"$@\"\n")
    file(CHMOD ${program} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    add_custom_target(bench_${name} DEPENDS ${ARG_DEPENDS})
    add_test(NAME bench.${name} COMMAND ${program} --quick --json)
    set_tests_properties(bench.${name} PROPERTIES TIMEOUT 600 LABELS bench)
endfunction()
