#include "agent/host_address.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace lars::agent {
namespace {

// Any address that is far away: 198.51.100.1, which is nobody's (RFC 5737).
constexpr std::uint32_t kFarAway = 0xC6336401;

constexpr bool on_loopback(std::uint32_t ipv4) {
    return ipv4 >> 24 == 127;
}

std::uint32_t ipv4_of(const sockaddr_in& address) {
    return ntohl(address.sin_addr.s_addr);
}

// Connecting a UDP socket sends nothing: the kernel only looks for the way.
std::optional<std::uint32_t> find_default_route() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return {};
    struct Close {
        int socket;
        ~Close() { ::close(socket); }
    } const close{socket};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(kFarAway);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::connect(socket, raw, size) != 0 || ::getsockname(socket, raw, &size) != 0) return {};
    const auto found = ipv4_of(address);
    if (found == INADDR_ANY || on_loopback(found)) return {};
    return found;
}

std::vector<HostInterfaces::Interface> find_interfaces() {
    std::vector<HostInterfaces::Interface> found;
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0) return found;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(raw, ::freeifaddrs);
    for (const auto* each = all.get(); each != nullptr; each = each->ifa_next) {
        if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
        if ((each->ifa_flags & IFF_UP) == 0 || (each->ifa_flags & IFF_LOOPBACK) != 0) continue;
        found.push_back(
            {each->ifa_name, ipv4_of(*reinterpret_cast<const sockaddr_in*>(each->ifa_addr))}
        );
    }
    return found;
}

}  // namespace

HostInterfaces find_host_interfaces() {
    return {.default_route = find_default_route(), .up = find_interfaces()};
}

bool HostAddress::note_dns_session(const Endpoint& local) {
    to_dns_.reset();
    if (local.is_ipv4() && !on_loopback(local.ipv4())) to_dns_ = local.ipv4();
    return choose();
}

bool HostAddress::note_interfaces(const HostInterfaces& interfaces) {
    interfaces_ = interfaces;
    for (const auto& each : interfaces.up) {
        if (each.ipv4 == interfaces.default_route) usual_ = each.name;
    }
    return choose();
}

bool HostAddress::choose() {
    const auto before = std::exchange(chosen_, best());
    return before.ipv4 != chosen_.ipv4;
}

HostAddress::Choice HostAddress::best() const {
    if (configured_) return {*configured_, "so it is configured"};
    if (to_dns_) return {*to_dns_, "by that address it reaches dns"};
    if (interfaces_.default_route) {
        return {*interfaces_.default_route, "by that address it reaches other networks"};
    }
    for (const auto& each : interfaces_.up) {
        if (each.name == usual_) return {each.ipv4, "of the interface to other networks"};
    }
    if (!interfaces_.up.empty()) {
        return {interfaces_.up.front().ipv4, "its first, as none leads to other networks"};
    }
    return {INADDR_LOOPBACK, "it has no other address"};
}

bool HostAddress::in_doubt() const {
    return !configured_ && on_loopback(chosen_.ipv4);
}

std::string HostAddress::describe() const {
    const auto address = address_to_string(Endpoint::from_ipv4(chosen_.ipv4, 0));
    auto text = "this host is " + address + " in statistics: " + chosen_.why;
    if (in_doubt()) {
        text += "; others may be called the same: --caller gives it an address of its own";
    }
    return text;
}

}  // namespace lars::agent
