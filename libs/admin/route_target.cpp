#include "admin/route_target.hpp"

#include "app/value.hpp"
#include "base/host_name.hpp"

#include <stdexcept>

namespace lars::admin {
namespace {

store::RouteRow checked(const Endpoint& endpoint, Uncallable uncallable) {
    const auto why = why_uncallable(endpoint);
    if (uncallable == Uncallable::refused && !why.empty()) {
        throw std::invalid_argument("no node has this address: " + std::string(why));
    }
    return {{}, endpoint, {}};
}

}  // namespace

store::RouteRow row_at(const std::string& host, std::uint16_t port, Uncallable uncallable) {
    const auto number = std::to_string(port);
    if (const auto v4 = parse_endpoint(host + ':' + number)) return checked(*v4, uncallable);
    if (const auto v6 = parse_endpoint('[' + host + "]:" + number)) return checked(*v6, uncallable);
    auto name = canonical_host_name(host);
    if (const auto why = why_no_host_name(name); !why.empty()) {
        throw std::invalid_argument(
            "it is neither an IP address nor the name of a host: " + std::string(why)
        );
    }
    store::RouteRow row{{}, {.address = {}, .port = port}, {}};
    row.host = std::move(name);
    return row;
}

store::RouteRow parse_target(const std::string& text, Uncallable uncallable) {
    const auto wrong = [&text](const std::string& why) {
        return std::invalid_argument('\'' + text + "' " + why);
    };
    if (const auto endpoint = parse_endpoint(text)) {
        try {
            return checked(*endpoint, uncallable);
        } catch (const std::invalid_argument& why) {
            throw std::invalid_argument('\'' + text + "': " + why.what());
        }
    }
    const auto colon = text.rfind(':');
    const auto host = text.substr(0, colon);
    std::uint32_t port = 0;
    try {
        if (colon == text.npos) throw std::invalid_argument("");
        port = app::parse_number(text.substr(colon + 1), {1, 65'535});
    } catch (const std::invalid_argument&) {
        throw wrong(
            "is not IP:PORT or HOST:PORT, such as 10.0.0.1:80, [2001:db8::1]:80 or db.example:80"
        );
    }
    const auto name = canonical_host_name(host);
    if (const auto why = why_no_host_name(name); !why.empty()) {
        throw wrong("names neither an IP address nor a host: " + std::string(why));
    }
    return row_at(name, static_cast<std::uint16_t>(port), uncallable);
}

}  // namespace lars::admin
