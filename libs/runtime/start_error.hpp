#pragma once

#include <stdexcept>

namespace lars::runtime {

/// Why a service can't start, in words for its operator. Thrown by what runs before the service
/// serves (Part::start, listen_on, bind_to); main() prints it and ends the process.
class StartError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace lars::runtime
