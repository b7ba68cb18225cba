// Accepts TCP connections at each IP:PORT that it is told, says "ready", and closes them.
#include "base/endpoint.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <iostream>
#include <list>

using boost::asio::ip::tcp;

namespace {

void accept_next(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](const auto&, tcp::socket) { accept_next(acceptor); });
}

}  // namespace

int main(int argc, char** argv) {
    boost::asio::io_context context(1);
    std::list<tcp::acceptor> acceptors;
    for (int i = 1; i < argc; ++i) {
        const auto endpoint = lars::parse_endpoint(argv[i]);
        if (!endpoint) return 2;
        const auto address = boost::asio::ip::make_address(lars::address_to_string(*endpoint));
        accept_next(acceptors.emplace_back(context, tcp::endpoint(address, endpoint->port)));
    }
    std::cout << "ready" << std::endl;
    context.run();
}
