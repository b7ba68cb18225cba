#include "lars/lars_api.h"

#include "lars/client.hpp"

#include <cstdint>

lars_client::lars_client() : client_(std::make_unique<lars::Client>()) {}

lars_client::~lars_client() = default;

int lars_client::reg_init(int modid, int cmdid) {
    return static_cast<int>(client_->reg_init(modid, cmdid));
}

int lars_client::get_host(int modid, int cmdid, std::string& ip, int& port) {
    const auto answer = client_->get_host(modid, cmdid);
    if (answer) {
        ip = answer->address;
        port = answer->port;
    }
    return static_cast<int>(answer.code());
}

int lars_client::get_route(int modid, int cmdid, route_set& route) {
    route.clear();
    for (const auto& host : client_->get_route(modid, cmdid)) {
        route.emplace_back(host.address, host.port);
    }
    return route.empty() ? lars::RET_NOEXIST : lars::RET_SUCC;
}

void lars_client::report(int modid, int cmdid, const std::string& ip, int port, int retcode) {
    client_->report(modid, cmdid, {ip, static_cast<std::uint16_t>(port)}, retcode);
}
