# lars_library(NAME SOURCES … LINK …): the static library lars_NAME from the current folder.
#
# Its headers are reached as "NAME/file.hpp", through a link in the build tree, and only by targets
# that link it: so an include against the arrows of docs/architecture.md doesn't compile.
function(lars_library name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK")
    set(include ${CMAKE_CURRENT_BINARY_DIR}/include)
    file(MAKE_DIRECTORY ${include})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include}/${name} SYMBOLIC)
    add_library(lars_${name} STATIC ${ARG_SOURCES})
    target_include_directories(lars_${name} PUBLIC ${include})
    target_link_libraries(lars_${name} PUBLIC ${ARG_LINK} PRIVATE lars_compiler)
endfunction()

# lars_program(NAME SOURCES … LINK …): an installed program.
function(lars_program name)
    cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK")
    string(REPLACE "-" "_" target lars_program_${name})
    add_executable(${target} ${ARG_SOURCES})
    set_target_properties(
        ${target} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
    target_link_libraries(${target} PRIVATE ${ARG_LINK} lars_compiler)
    install(TARGETS ${target} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT services)
endfunction()
