// A service that registers itself: it is in the routes from when it listens until it ends.
//
//     example_registered NAME PORT
#include <lars/registration.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace {

int listen_on(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<std::uint16_t>(port));
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return -1;
    return ::listen(socket, 128) == 0 ? socket : -1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "Usage: " << argv[0] << " NAME PORT\n";
        return 2;
    }
    const int port = std::atoi(argv[2]);
    // Before any thread is there, so that this one is the only one to take them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const int socket = listen_on(port);
    if (socket < 0) {
        std::cerr << argv[0] << ": cannot listen on port " << port << '\n';
        return 1;
    }
    try {
        lars::ServiceOptions options;
        options.check = lars::Check::tcp;
        options.drain = std::chrono::milliseconds(200);
        lars::Registration registration(argv[1], static_cast<std::uint16_t>(port), options);
        // A service does its work here, with threads of its own.
        int signal = 0;
        sigwait(&signals, &signal);
        std::cout << (registration.withdraw() ? "withdrawn\n" : "not withdrawn in time\n");
    } catch (const std::invalid_argument& wrong) {
        std::cerr << argv[0] << ": " << wrong.what() << '\n';
        return 2;
    }
    ::close(socket);
    return 0;
}
