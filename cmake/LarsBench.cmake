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
