#include "support/dnsmasq.hpp"

#include "support/free_port.hpp"

#include <signal.h>

#include <fstream>
#include <stdexcept>

namespace lars::test {

Dnsmasq::Dnsmasq(const Records& records, int ttl) : port_(free_port(SOCK_DGRAM)), ttl_(ttl) {
    std::ofstream(directory_.file("hosts"));
    set(records);
}

std::string Dnsmasq::address() const {
    return "127.0.0.1:" + std::to_string(port_);
}

// Started anew, because it would take a changed file over at a time of its own.
void Dnsmasq::set(const Records& records) {
    std::ofstream file(directory_.file("hosts"), std::ios::trunc);
    for (const auto& [name, addresses] : records) {
        for (const auto& address : addresses) file << address << ' ' << name << '\n';
    }
    file.close();
    start();
}

void Dnsmasq::start() {
    if (server_) {
        server_->send_signal(SIGKILL);
        server_->wait();
    }
    const std::vector<std::string> command{
        "/usr/sbin/dnsmasq",
        "--no-daemon",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--no-poll",
        "--user=",
        "--group=",
        "--pid-file",
        "--bind-interfaces",
        "--listen-address=127.0.0.1",
        "--port=" + std::to_string(port_),
        "--local-ttl=" + std::to_string(ttl_),
        "--local=/example/",
        "--addn-hosts=" + directory_.file("hosts"),
    };
    server_ = std::make_unique<Subprocess>(command, directory_.file("log"));
    if (!server_->prints("read " + directory_.file("hosts"))) {
        throw std::runtime_error("dnsmasq doesn't start: " + server_->output());
    }
}

}  // namespace lars::test
