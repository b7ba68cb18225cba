#pragma once

#include <stdexcept>

namespace lars::cli {

/// A command line that makes no sense: exit status 2.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What went wrong while running: exit status 1.
class Failure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace lars::cli
