#include "base/route.hpp"

#include "base/fnv1a.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace lars {
namespace {

// What a route's etag is made of.
class EtagHash {
public:
    void add(std::uint64_t value) {
        for (int i = 0; i < 8; ++i) hash_.add(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    void add(std::string_view text) {
        add(std::uint64_t{text.size()});
        hash_.add_bytes(text);
    }
    void add(const std::array<std::uint8_t, 16>& address) {
        for (const auto byte : address) hash_.add(byte);
    }
    std::uint64_t value() const { return hash_.value(); }

private:
    Fnv1a hash_;
};

}  // namespace

void canonicalize(Route& route) {
    auto& all = route.endpoints;
    std::sort(all.begin(), all.end());
    const auto same = [](const RouteEndpoint& a, const RouteEndpoint& b) {
        return a.endpoint == b.endpoint;
    };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
}

std::uint64_t etag_of(const Route& route) {
    EtagHash hash;
    hash.add(std::uint64_t{static_cast<std::uint32_t>(route.module.modid)});
    hash.add(std::uint64_t{static_cast<std::uint32_t>(route.module.cmdid)});
    for (const auto& each : route.endpoints) {
        hash.add(each.endpoint.address);
        hash.add(std::uint64_t{each.endpoint.port});
        hash.add(std::uint64_t{each.weight});
        hash.add(std::string_view(each.zone));
        if (!each.tags.empty()) hash.add(std::string_view(each.tags));
    }
    hash.add(std::string_view(route.policy.name));
    for (const auto& [name, value] : route.policy.parameters) {
        hash.add(std::string_view(name));
        hash.add(std::bit_cast<std::uint64_t>(value));
    }
    return hash.value() == 0 ? 1 : hash.value();
}

}  // namespace lars
