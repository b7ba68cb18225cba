// Calls a service from C++: chooses a node, calls it, reports how that went, and tries another one
// when it fails.
//
//     example_cpp NAME|MODID CMDID [CALLS]
#include "service.hpp"

#include <lars/attempts.hpp>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

// Stands for a call to the service: whether its node accepts a connection.
bool connects(const lars::Host& host) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* where = nullptr;
    const auto port = std::to_string(host.port);
    if (::getaddrinfo(host.address.c_str(), port.c_str(), &hints, &where) != 0) return false;
    const int descriptor = ::socket(where->ai_family, where->ai_socktype, 0);
    const bool connected =
        descriptor >= 0 && ::connect(descriptor, where->ai_addr, where->ai_addrlen) == 0;
    if (descriptor >= 0) ::close(descriptor);
    ::freeaddrinfo(where);
    return connected;
}

// Each attempt is reported: that is what the agent learns from, and why the next call, of any
// process on this host, keeps away from a node that fails.
bool attempt(const lars::Host& host) {
    const bool succeeded = connects(host);
    std::cout << host.address << ':' << host.port << (succeeded ? " succeeded" : " failed") << '\n';
    return succeeded;
}

}  // namespace

int main(int argc, char** argv) {
    const auto service = examples::service_of(argc, argv);
    if (!service) {
        std::cerr << "Usage: " << argv[0] << " NAME|MODID CMDID [CALLS]\n";
        return 2;
    }
    try {
        // One client serves all threads of a process. It finds its agent by LARS_AGENT, else at
        // 127.0.0.1:8888.
        lars::Client client;
        int good = 0;
        for (int i = 0; i < service->number; ++i) {
            const auto result = client.call(service->module, attempt);
            // Code::overload means: don't call now.
            if (result.attempts == 0) std::cerr << "no host: " << to_string(result.code) << '\n';
            if (result) ++good;
        }
        std::cout << good << " of " << service->number << " calls succeeded\n";
        return good == service->number ? 0 : 1;
    } catch (const std::invalid_argument& wrong) {  // LARS_AGENT isn't an address
        std::cerr << argv[0] << ": " << wrong.what() << '\n';
        return 2;
    }
}
