#include "lars/client.hpp"

#include "c_structs.hpp"

#include <array>
#include <stdexcept>

namespace lars {
namespace {

// A route with more endpoints is asked for again.
constexpr std::size_t kFirstCapacity = 64;
// In C, 0 is the default.
constexpr std::int64_t kNone = -1;

}  // namespace

std::uint64_t hash(std::string_view text) {
    return lars_hash(text.data(), text.size());
}

Client::Client(const ClientOptions& options) {
    if (options.timeout.count() < 1) throw std::invalid_argument("timeout is below 1 ms");
    const lars_options c_options{
        sizeof(lars_options),
        options.agent.empty() ? nullptr : options.agent.c_str(),
        static_cast<std::uint32_t>(options.timeout.count()),
        options.first_call_wait.count() == 0 ? kNone : options.first_call_wait.count(),
        options.spin.count() == 0 ? kNone : options.spin.count()};
    std::array<char, 512> error{};
    handle_.reset(lars_open(&c_options, error.data(), error.size()));
    if (!handle_) throw std::invalid_argument(error.data());
}

Code Client::reg_init(std::int32_t modid, std::int32_t cmdid) {
    return static_cast<Code>(lars_reg_init(handle_.get(), modid, cmdid));
}

Client::Answer Client::get_host(std::int32_t modid, std::int32_t cmdid) {
    lars_host host;
    const auto code = lars_get_host(handle_.get(), modid, cmdid, &host);
    if (code != LARS_SUCC) return Answer(static_cast<Code>(code));
    return Answer(Host{host.address, host.port});
}

Choice Client::choose(const Module& module, const Request& request) {
    const CRequest asked(module, request);
    auto chosen = no_choice();
    const auto code = lars_choose(handle_.get(), &asked.get(), &chosen);
    return to_choice(code, chosen);
}

// The ids that were answered say at once which shard has the module.
Code Client::report(const Module& module, const Choice& choice, const Result& result) {
    lars_result said{};
    said.size = sizeof said;
    said.name = module.name().empty() ? nullptr : module.name().c_str();
    said.modid = choice.modid;
    said.cmdid = choice.cmdid;
    said.host = to_c(choice.host);
    said.retcode = result.retcode;
    said.latency_us = result.latency ? result.latency->count() : -1;
    said.server_load = result.server_load.value_or(-1);
    said.attempt = result.attempt;
    return static_cast<Code>(lars_report_result(handle_.get(), &said));
}

std::vector<Host> Client::get_route(std::int32_t modid, std::int32_t cmdid) {
    std::vector<Host> hosts;
    get_route(modid, cmdid, hosts);
    return hosts;
}

Code Client::get_route(std::int32_t modid, std::int32_t cmdid, std::vector<Host>& hosts) {
    return get_route(Module(modid, cmdid), hosts);
}

Code Client::get_route(const Module& module, std::vector<Host>& hosts) {
    const auto* const name = module.name().empty() ? nullptr : module.name().c_str();
    std::vector<lars_node> nodes(kFirstCapacity);
    lars_route route{};
    route.size = sizeof route;
    const auto find = [&] {
        return lars_find_route(
            handle_.get(), name, module.modid(), module.cmdid(), nodes.data(), nodes.size(), &route
        );
    };
    auto code = find();
    while (route.count > nodes.size()) {
        nodes.resize(route.count);
        route.count = 0;
        code = find();
    }
    hosts.clear();
    for (std::size_t i = 0; i < route.count; ++i) {
        hosts.push_back({nodes[i].host.address, nodes[i].host.port});
    }
    return static_cast<Code>(code);
}

Code Client::report(
    std::int32_t modid,
    std::int32_t cmdid,
    const Host& host,
    std::int32_t retcode,
    std::optional<std::chrono::microseconds> latency
) {
    const auto c_host = to_c(host);
    const auto micros = latency ? latency->count() : -1;
    return static_cast<Code>(lars_report(handle_.get(), modid, cmdid, &c_host, retcode, micros));
}

}  // namespace lars
