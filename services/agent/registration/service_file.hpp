#pragma once

#include "agent/registration/registration.hpp"

#include <string>
#include <vector>

namespace lars::agent {

/// What a file of services says: a section for each, named after it.
///
///     [payments]
///     port = 8080
///     check = http
///     check-path = /health
struct ServiceFile {
    std::vector<Registration> registrations;  ///< with their source: "file payments.conf:1"
    std::vector<std::string> mistakes;  ///< "payments.conf:3: port: from 1 to 65535", one for each
};

/// Reads it. A section with a mistake is left out, and the others aren't. `name` is the file's.
ServiceFile parse_service_file(std::string_view text, const std::string& name);

}  // namespace lars::agent
