#include "net/asked_address.hpp"

#include "base/endpoint.hpp"

#include <algorithm>
#include <cstring>

namespace lars::net {
namespace {

template <class Info>
Info read(const cmsghdr& control) {
    Info info{};
    std::memcpy(&info, CMSG_DATA(&control), sizeof info);
    return info;
}

template <class Info>
void write(msghdr& header, int level, int type, const Info& info) {
    header.msg_controllen = CMSG_SPACE(sizeof info);
    auto* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = level;
    control->cmsg_type = type;
    control->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(control), &info, sizeof info);
}

}  // namespace

// The option takes effect or the kernel is too old for Lars; then answers leave from the address
// that the kernel chooses.
void report_asked_addresses(int socket, int family) {
    const int on = 1;
    if (family == AF_INET) {
        ::setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    } else {
        // Of IPv4, which comes to the same socket, it says mapped addresses.
        ::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    }
}

AskedAddress asked_address(msghdr& received) {
    AskedAddress asked{};
    for (auto* each = CMSG_FIRSTHDR(&received); each; each = CMSG_NXTHDR(&received, each)) {
        if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
            // Not its ipi_addr, which a broadcast has as well.
            const auto ip = ntohl(read<in_pktinfo>(*each).ipi_spec_dst.s_addr);
            asked = Endpoint::from_ipv4(ip, 0).address;
        } else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
            const auto info = read<in6_pktinfo>(*each);
            std::copy_n(info.ipi6_addr.s6_addr, asked.size(), asked.begin());
        }
    }
    return asked;
}

// The interface is left to the kernel, as for every other answer.
void set_asked_address(msghdr& header, AskedAddressControl& control, const AskedAddress& asked) {
    header.msg_control = nullptr;
    header.msg_controllen = 0;
    if (asked == AskedAddress{}) return;
    header.msg_control = control.bytes.data();
    if (static_cast<const sockaddr*>(header.msg_name)->sa_family == AF_INET) {
        const Endpoint from{asked, 0};
        in_pktinfo info{};
        info.ipi_spec_dst.s_addr = htonl(from.ipv4());
        write(header, IPPROTO_IP, IP_PKTINFO, info);
    } else {
        in6_pktinfo info{};
        std::copy(asked.begin(), asked.end(), info.ipi6_addr.s6_addr);
        write(header, IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
}

}  // namespace lars::net
