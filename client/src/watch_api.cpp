#include "lars/watch.hpp"

#include <array>
#include <stdexcept>

namespace lars {
namespace {

Code read(lars_watch* watch, Watch::Nodes& nodes) {
    std::vector<lars_node> all(64);
    std::size_t count = 0;
    auto code = lars_watch_read(watch, all.data(), all.size(), &count);
    while (count > all.size()) {
        all.resize(count);
        code = lars_watch_read(watch, all.data(), all.size(), &count);
    }
    nodes.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const auto& each = all[i];
        const auto state = static_cast<NodeState>(each.state);
        nodes.push_back({{each.host.address, each.host.port}, each.weight, state, each.zone});
    }
    return static_cast<Code>(code);
}

}  // namespace

Watch::Watch(
    Client& client,
    const Module& module,
    std::function<void(const Nodes&)> changed,
    std::chrono::milliseconds interval
)
    : changed_(std::make_unique<std::function<void(const Nodes&)>>(std::move(changed))) {
    std::array<char, 512> error{};
    const auto call = [](lars_watch* watch, void* context) {
        Nodes nodes;
        read(watch, nodes);
        (*static_cast<std::function<void(const Nodes&)>*>(context))(nodes);
    };
    watch_.reset(lars_watch_open(
        client.handle_.get(),
        module.name().empty() ? nullptr : module.name().c_str(),
        module.modid(),
        module.cmdid(),
        static_cast<std::uint32_t>(interval.count()),
        *changed_ ? +call : nullptr,
        changed_.get(),
        error.data(),
        error.size()
    ));
    if (!watch_) throw std::invalid_argument(error.data());
}

int Watch::descriptor() const {
    return lars_watch_descriptor(watch_.get());
}

Watch::Nodes Watch::nodes() {
    Nodes all;
    nodes(all);
    return all;
}

Code Watch::nodes(Nodes& nodes) {
    return read(watch_.get(), nodes);
}

}  // namespace lars
