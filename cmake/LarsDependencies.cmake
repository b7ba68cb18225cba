# Everything comes from the distribution's packages; nothing is fetched while building.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

# Debian 12 has Boost 1.74 as its default and 1.81 beside it; the version here keeps 1.74 out.
find_package(Boost 1.81 REQUIRED COMPONENTS program_options json url)
find_package(Protobuf REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
pkg_check_modules(Argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(MariaDB REQUIRED IMPORTED_TARGET libmariadb)
pkg_check_modules(CAres REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(Nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(SQLite3 REQUIRED IMPORTED_TARGET sqlite3)
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_reader.hpp REQUIRED)

if(LARS_TESTS)
    find_package(Catch2 REQUIRED)
endif()
if(LARS_BENCH)
    find_package(benchmark REQUIRED)
endif()
