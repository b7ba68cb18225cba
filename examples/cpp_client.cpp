// Calls a service from C++: asks which node to call, tries another one when that fails, and reports
// each try.
//
//     example_cpp MODID CMDID [CALLS]
#include <arpa/inet.h>
#include <lars/client.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace {

using Clock = std::chrono::steady_clock;

// More would only add to the load of a service that is in trouble.
constexpr int kMaxTries = 3;

// Stands for a call to the service: whether its node accepts a connection.
bool call(const lars::Host& host) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(host.port);
    if (::inet_pton(AF_INET, host.address.c_str(), &address.sin_addr) != 1) return false;
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0) return false;
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    const bool connected = ::connect(descriptor, generic, sizeof address) == 0;
    ::close(descriptor);
    return connected;
}

// One call, on as many nodes as it takes. Every try is reported: that is what the agent learns
// from, and why the next get_host, of any process on this host, keeps away from a node that fails.
bool call_with_retries(lars::Client& client, std::int32_t modid, std::int32_t cmdid) {
    for (int attempt = 0; attempt < kMaxTries; ++attempt) {
        const auto host = client.get_host(modid, cmdid);
        if (!host) {
            // Code::overload means: don't call now.
            std::cerr << "no host: " << to_string(host.code()) << '\n';
            return false;
        }
        const auto begin = Clock::now();
        const bool succeeded = call(*host);
        const auto took =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
        client.report(modid, cmdid, *host, succeeded ? 0 : 1, took);
        std::cout << host->address << ':' << host->port << (succeeded ? " succeeded" : " failed")
                  << " at try " << attempt + 1 << '\n';
        if (succeeded) return true;
    }
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "Usage: " << argv[0] << " MODID CMDID [CALLS]\n";
        return 2;
    }
    const std::int32_t modid = std::atoi(argv[1]);
    const std::int32_t cmdid = std::atoi(argv[2]);
    const int calls = argc > 3 ? std::atoi(argv[3]) : 1;
    try {
        // One client serves all threads of a process. It finds its agent by LARS_AGENT, else at
        // 127.0.0.1:8888.
        lars::Client client;
        int good = 0;
        for (int i = 0; i < calls; ++i) good += call_with_retries(client, modid, cmdid);
        std::cout << good << " of " << calls << " calls succeeded\n";
        return good == calls ? 0 : 1;
    } catch (const std::invalid_argument& wrong) {  // LARS_AGENT isn't an address
        std::cerr << argv[0] << ": " << wrong.what() << '\n';
        return 2;
    }
}
