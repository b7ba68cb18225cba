#include "scrape.hpp"

#include "support/peer.hpp"

#include <stdexcept>

namespace lars::bench {

std::string scrape(std::uint16_t admin_port) {
    test::TcpPeer peer(admin_port);
    peer.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return peer.receive_all();
}

double value_of(const std::string& metrics, const std::string& name) {
    const auto line = '\n' + name + ' ';
    const auto at = metrics.find(line);
    if (at == std::string::npos) throw std::runtime_error("no metric " + name);
    return std::stod(metrics.substr(at + line.size()));
}

}  // namespace lars::bench
