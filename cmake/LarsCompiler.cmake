# Warnings, sanitizers and ccache, through the interface target lars_compiler that every target of
# ours links privately.
#
# Designated initializers leave out the members whose default is meant; and g++ 12 takes Asio's
# allocation of coroutine frames for a mismatch, and Boost's result for uninitialized, once it
# optimises.
add_library(lars_compiler INTERFACE)
target_compile_options(lars_compiler INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                         -Wno-missing-field-initializers
                                         -Wno-mismatched-new-delete -Wno-maybe-uninitialized)
if(LARS_WERROR)
    target_compile_options(lars_compiler INTERFACE -Werror)
endif()

if(LARS_SANITIZE)
    add_compile_options(-fsanitize=${LARS_SANITIZE} -fno-omit-frame-pointer -O1 -g1)
    add_link_options(-fsanitize=${LARS_SANITIZE})
    if(LARS_SANITIZE STREQUAL "thread")
        # Asio's fences are outside what TSan models; it says so at every include.
        target_compile_options(lars_compiler INTERFACE -Wno-tsan)
    elseif(LARS_SANITIZE STREQUAL "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(LARS_CCACHE ccache)
    if(LARS_CCACHE)
        set(CMAKE_CXX_COMPILER_LAUNCHER ${LARS_CCACHE})
        set(CMAKE_C_COMPILER_LAUNCHER ${LARS_CCACHE})
    endif()
endif()
