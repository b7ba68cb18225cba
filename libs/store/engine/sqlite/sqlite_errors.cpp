#include "store/engine/sqlite/sqlite_errors.hpp"

#include "store/engine/descriptors.hpp"

#include <sqlite3.h>

namespace lars::store {
namespace {

bool is_of_older_schema(const std::string& message) {
    for (const auto* said : {"no such table", "no such column", "has no column named"}) {
        if (message.find(said) != std::string::npos) return true;
    }
    return false;
}

ErrorKind kind_of(int primary_code, const std::string& message) {
    switch (primary_code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::conflict;
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
            return ErrorKind::unavailable;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return ErrorKind::refused;
        default:
            return is_of_older_schema(message) ? ErrorKind::schema : ErrorKind::internal;
    }
}

}  // namespace

Error sqlite_error(
    const std::string& path, int code, const std::string& said, const std::string& doing
) {
    const int primary_code = code & 0xFF;
    const auto kind = kind_of(primary_code, said);
    auto message = "SQLite file " + path + ", while " + doing + ": " + said;
    if (kind == ErrorKind::schema) message += "; run: lars store migrate --store sqlite://" + path;
    if (primary_code == SQLITE_CANTOPEN) {
        const auto descriptors = descriptors_advice();
        message += descriptors.empty() ? "; does its directory exist?" : descriptors;
    }
    return {kind, message};
}

Error sqlite_missing(const std::string& path) {
    return {
        ErrorKind::missing,
        "there is no SQLite file " + path +
            ": is its name right, and its volume mounted? To make a new store, run: lars store "
            "migrate --store 'sqlite://" +
            path + "'"};
}

Error sqlite_moved(const std::string& path) {
    return {
        ErrorKind::unavailable,
        "SQLite file " + path +
            ": another file has its name now, and what was being written isn't "
            "in that"};
}

}  // namespace lars::store
