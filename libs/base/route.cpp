#include "base/route.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

namespace lars {
namespace {

class Fnv1a {
public:
    void add(const void* data, std::size_t size) {
        const auto* bytes = static_cast<const std::uint8_t*>(data);
        for (std::size_t i = 0; i < size; ++i) hash_ = (hash_ ^ bytes[i]) * 0x100000001B3ULL;
    }
    void add(std::uint64_t value) {
        for (int i = 0; i < 8; ++i) {
            const auto byte = static_cast<std::uint8_t>(value >> (8 * i));
            add(&byte, 1);
        }
    }
    void add(std::string_view text) {
        add(std::uint64_t{text.size()});
        add(text.data(), text.size());
    }
    std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xCBF29CE484222325ULL;
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
    Fnv1a hash;
    hash.add(std::uint64_t{static_cast<std::uint32_t>(route.module.modid)});
    hash.add(std::uint64_t{static_cast<std::uint32_t>(route.module.cmdid)});
    for (const auto& each : route.endpoints) {
        hash.add(each.endpoint.address.data(), each.endpoint.address.size());
        hash.add(std::uint64_t{each.endpoint.port});
        hash.add(std::uint64_t{each.weight});
        hash.add(each.zone);
        if (!each.tags.empty()) hash.add(each.tags);
    }
    hash.add(route.policy.name);
    for (const auto& [name, value] : route.policy.parameters) {
        hash.add(name);
        hash.add(std::bit_cast<std::uint64_t>(value));
    }
    return hash.value() == 0 ? 1 : hash.value();
}

}  // namespace lars
