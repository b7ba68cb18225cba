#include "learning.hpp"

#include "datagrams.hpp"
#include "messages.hpp"
#include "upstream.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

// Fewer than an agent holds without an answer of dns, whatever the pace of that.
constexpr std::size_t kAtOnce = 64;
constexpr int kTimeout = 3'000;  // rounds in vain, with a pause each
constexpr auto kPause = 10ms;

using ModIds = std::vector<std::int32_t>;

class Learner {
public:
    enum class By { id, name };
    Learner(const std::vector<std::uint16_t>& ports, By by) : ports_(ports), by_(by) {}

    /// Asks for each once, and answers which of them no host is known yet.
    ModIds ask(const ModIds& all) {
        std::set<std::int32_t> unknown;
        for (std::size_t at = 0; at < all.size(); at += kAtOnce) {
            const auto end = std::min(at + kAtOnce, all.size());
            std::set<std::int32_t> asked(&all[at], &all[0] + end);
            for (const auto modid : asked) {
                const ModuleId module{modid, 1};
                const auto port = ports_[shard_of(module, ports_.size())];
                const auto name = by_ == By::name ? example_name(module) : std::string();
                const auto seq = static_cast<std::uint32_t>(modid);
                messages_.get_host(module, seq, datagrams_.to(port), name);
            }
            datagrams_.send();
            receive(asked);
            unknown.merge(asked);
        }
        return {unknown.begin(), unknown.end()};
    }

private:
    /// Takes those from `asked` that are answered with a host.
    void receive(std::set<std::int32_t>& asked) {
        for (auto left = asked.size(); left > 0;) {
            const auto& datagrams = datagrams_.receive(100ms);
            if (datagrams.empty()) return;
            for (const auto datagram : datagrams) {
                const auto* answer = messages_.answer(datagram);
                if (answer && answer->retcode() == 0) asked.erase(answer->modid());
            }
            left -= std::min(left, datagrams.size());
        }
    }

    const std::vector<std::uint16_t>& ports_;
    By by_;
    Datagrams datagrams_;
    Messages messages_;
};

void learn(Learner learner, std::int32_t first_module, std::int32_t modules) {
    ModIds unknown(static_cast<std::size_t>(modules));
    std::iota(unknown.begin(), unknown.end(), first_module);
    for (int vain = 0; !unknown.empty() && vain < kTimeout;) {
        auto left = learner.ask(unknown);
        vain = left.size() < unknown.size() ? 0 : vain + 1;
        unknown = std::move(left);
        if (!unknown.empty()) std::this_thread::sleep_for(kPause);
    }
    if (unknown.empty()) return;
    throw std::runtime_error(std::to_string(unknown.size()) + " modules stay unknown to the agent");
}

}  // namespace

void learn_modules(
    const std::vector<std::uint16_t>& ports, std::int32_t first_module, std::int32_t modules
) {
    learn(Learner(ports, Learner::By::id), first_module, modules);
}

void learn_names(
    const std::vector<std::uint16_t>& ports, std::int32_t first_module, std::int32_t modules
) {
    learn(Learner(ports, Learner::By::name), first_module, modules);
}

}  // namespace lars::bench
