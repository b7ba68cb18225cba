// Watches a service's nodes, as a program does that keeps connections open to all of them.
//
//     example_watch NAME|MODID CMDID [CHANGES]
#include "service.hpp"

#include <lars/watch.hpp>
#include <poll.h>

#include <iostream>
#include <stdexcept>

namespace {

const char* text_of(lars::NodeState state) {
    switch (state) {
        case lars::NodeState::serves:
            return "serves";
        case lars::NodeState::slow_start:
            return "slow start";
        case lars::NodeState::half_open:
            return "half-open";
        case lars::NodeState::ejected:
            return "ejected";
    }
    return "";
}

void print(const lars::Watch::Nodes& nodes) {
    std::cout << nodes.size() << " nodes\n";
    for (const auto& node : nodes) {
        std::cout << node.host.address << ':' << node.host.port << " weight " << node.weight << ' '
                  << text_of(node.state) << '\n';
    }
    std::cout << std::flush;
}

}  // namespace

int main(int argc, char** argv) {
    const auto service = examples::service_of(argc, argv);
    if (!service) {
        std::cerr << "Usage: " << argv[0] << " NAME|MODID CMDID [CHANGES]\n";
        return 2;
    }
    try {
        lars::Client client;
        lars::Watch watch(client, service->module);
        // A program with an event loop adds the descriptor to it; one that has threads gives the
        // watch a function instead.
        pollfd descriptor{watch.descriptor(), POLLIN, 0};
        for (int i = 0; i < service->number && ::poll(&descriptor, 1, -1) == 1; ++i) {
            print(watch.nodes());
        }
        return 0;
    } catch (const std::invalid_argument& wrong) {
        std::cerr << argv[0] << ": " << wrong.what() << '\n';
        return 2;
    }
}
