#pragma once

#include <stdexcept>

namespace lars::app {

/// A wrong option, in words that say where it stands and what is allowed. Exit status 2.
class ConfigError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace lars::app
