#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace lars::store {

enum class ErrorKind {
    unavailable,  ///< not reachable, lost, or timed out: try again later
    missing,      ///< there is no such database: it has to be made, or mounted
    refused,      ///< wrong password, missing privilege
    read_only,    ///< this server takes no changes: nothing was done, and another may take it
    schema,       ///< not migrated, or newer than this build
    conflict,     ///< a deadlock or lock wait that retries didn't end
    invalid,      ///< a bad URL or argument
    internal,     ///< anything else that the database said
};

/// What went wrong, in the words of the database, with what to do where that is known.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// What value() throws for an Error.
[[noreturn]] void throw_exception_from_error(
    const Error& error, const boost::source_location& where
);

/// What an operation throws to fail. Database::run answers it as an Error: no Failure leaves the
/// engine.
class Failure : public std::runtime_error {
public:
    explicit Failure(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    Failure(ErrorKind kind, const std::string& message) : Failure(Error{kind, message}) {}

    const Error& error() const { return error_; }

private:
    Error error_;
};

}  // namespace lars::store
