#include "cli/demo_targets.hpp"

#include <array>
#include <utility>

namespace lars::cli {

Targets start_servers() {
    constexpr std::array<int, 3> kEndpointCounts{4, 3, 3};
    Targets targets;
    std::int32_t modid = 0;
    for (const auto count : kEndpointCounts) {
        ++modid;
        for (int i = 0; i < count; ++i) {
            auto server = std::make_unique<EchoServer>();
            const auto endpoint = server->local();
            targets.emplace(endpoint, Target{{modid, 1}, std::move(server)});
        }
    }
    return targets;
}

}  // namespace lars::cli
