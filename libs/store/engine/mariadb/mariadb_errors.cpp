#include "store/engine/mariadb/mariadb_errors.hpp"

#include "store/engine/descriptors.hpp"
#include "store/engine/password_file.hpp"

#include <errmsg.h>
#include <mysqld_error.h>

namespace lars::store {
namespace {

// A transaction that Galera ends in favour of another node's while it opens a table leaves that
// table's triggers broken for everyone on its server, until the server opens the table anew.
bool trigger_is_broken(unsigned code, const std::string& said) {
    return code == ER_PARSE_ERROR && said.find("has an error in its body") != std::string::npos;
}

ErrorKind kind_of(unsigned code) {
    switch (code) {
        case ER_ACCESS_DENIED_ERROR:
        case ER_DBACCESS_DENIED_ERROR:
        case ER_TABLEACCESS_DENIED_ERROR:
        case ER_SPECIFIC_ACCESS_DENIED_ERROR:
        case ER_BINLOG_CREATE_ROUTINE_NEED_SUPER:
            return ErrorKind::refused;
        case ER_NO_SUCH_TABLE:
        case ER_BAD_FIELD_ERROR:
        case ER_NO_SUCH_USER:  // whose rights the triggers have
            return ErrorKind::schema;
        case ER_OPTION_PREVENTS_STATEMENT:
        case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
        case ER_READ_ONLY_MODE:
            return ErrorKind::read_only;
        case ER_LOCK_DEADLOCK:
        case ER_LOCK_WAIT_TIMEOUT:
            return ErrorKind::conflict;
        case ER_CON_COUNT_ERROR:
        case ER_SERVER_SHUTDOWN:
        case ER_CONNECTION_KILLED:
        case ER_UNKNOWN_COM_ERROR:  // a Galera node that has no part in the cluster just now
            return ErrorKind::unavailable;
        default:
            return code >= CR_MIN_ERROR && code <= CR_MAX_ERROR ? ErrorKind::unavailable
                                                                : ErrorKind::internal;
    }
}

std::string advice(const Url& url, unsigned code, ErrorKind kind) {
    if (code == ER_NO_SUCH_USER) {
        return "; the triggers run with the rights of the user that made them, whom this server "
               "doesn't know any more; as a user with the privilege TRIGGER run: "
               "lars store migrate --store '" +
               to_string(url) + "'";
    }
    if (kind == ErrorKind::read_only) {
        return "; name the server that takes changes in the store's URL, or all of them: "
               "mysql://user@host1,host2/database";
    }
    if (kind == ErrorKind::schema) {
        return "; run: lars store migrate --store '" + to_string(url) + "'";
    }
    if (code == ER_BINLOG_CREATE_ROUTINE_NEED_SUPER) {
        return "; migrate as a user with that privilege, "
               "or set log_bin_trust_function_creators=1 meanwhile";
    }
    if (code == ER_ACCESS_DENIED_ERROR && url.password.empty()) {
        return "; no password was given: set LARS_STORE_PASSWORD";
    }
    if (code == ER_ACCESS_DENIED_ERROR) return invisible_flaw(url.password, url.password_file);
    return kind == ErrorKind::unavailable ? descriptors_advice() : "";
}

}  // namespace

Error mariadb_error(
    const Url& url, unsigned code, const std::string& said, const std::string& doing
) {
    const auto what = to_string(url) + ", while " + doing + ": " + said;
    if (trigger_is_broken(code, said)) {
        const auto* cure = "; if the trigger is in order, run FLUSH TABLES on that server";
        return {ErrorKind::unavailable, what + cure};
    }
    const auto kind = kind_of(code);
    return {kind, what + advice(url, code, kind)};
}

}  // namespace lars::store
