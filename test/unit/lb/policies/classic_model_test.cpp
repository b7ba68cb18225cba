#include "../world.hpp"
#include "lb/policies/classic.hpp"

#include <algorithm>
#include <deque>
#include <random>

using namespace lars;
using namespace lars::lb;
using namespace lars::lb::test;

namespace {

/// The rules of the classic policy as one would say them, with no thought of speed.
class Model {
public:
    explicit Model(const ClassicOptions& options) : options_(options) {}

    Pick pick(Time now) {
        end_what_is_due(now);
        if (idle_.empty() && overload_.empty()) return {};
        if (!overload_.empty()) {
            ++picks_;
            if (picks_ == options_.probe_num + 1) {
                picks_ = 0;
                return turn(overload_);
            }
        }
        if (idle_.empty()) return {ReturnCode::overload, {}};
        return turn(idle_);
    }

    void report(const Endpoint& endpoint, bool good, Time now) {
        if (!find(idle_, endpoint) && !find(overload_, endpoint)) return;
        end_what_is_due(now);
        auto* const idle = find(idle_, endpoint);
        auto& node = idle ? *idle : *find(overload_, endpoint);
        ++(good ? node.good : node.bad);
        ++(good ? node.virtual_good : node.virtual_bad);
        node.good_run = good ? node.good_run + 1 : 0;
        node.bad_run = good ? 0 : node.bad_run + 1;
        const double all = node.virtual_good + node.virtual_bad;
        if (idle && !good &&
            (node.virtual_bad / all > options_.err_rate || node.bad_run >= options_.contin_err_limit
            )) {
            move(endpoint, idle_, overload_, overloaded(endpoint, now));
        } else if (!idle && good && (node.virtual_good / all > options_.succ_rate || node.good_run >= options_.contin_succ_limit)) {
            move(endpoint, overload_, idle_, fresh(endpoint, now));
        }
    }

    void update(const Route& route, Time now) {
        const auto gone = [&route](const Node& node) {
            return std::none_of(
                route.endpoints.begin(),
                route.endpoints.end(),
                [&node](const auto& each) { return each.endpoint == node.endpoint; }
            );
        };
        std::erase_if(idle_, gone);
        std::erase_if(overload_, gone);
        for (const auto& each : route.endpoints) {
            if (find(idle_, each.endpoint) || find(overload_, each.endpoint)) continue;
            idle_.push_back(fresh(each.endpoint, now));
        }
        if (overload_.empty()) picks_ = 0;
    }

    void end_what_is_due(Time now) {
        while (auto* const node = oldest(idle_)) {
            if (now - node->since < options_.idle_timeout) break;
            const double calls = node->good + node->bad;
            if (calls > 0 && node->bad / calls >= options_.window_err_rate) {
                const auto endpoint = node->endpoint;
                move(endpoint, idle_, overload_, overloaded(endpoint, now));
            } else {
                *node = fresh(node->endpoint, now);
            }
        }
        while (auto* const node = oldest(overload_)) {
            if (now - node->since < options_.overload_timeout) break;
            const auto endpoint = node->endpoint;
            move(endpoint, overload_, idle_, fresh(endpoint, now));
        }
    }

    bool overloaded(const Endpoint& endpoint) { return find(overload_, endpoint) != nullptr; }

private:
    struct Node {
        Endpoint endpoint;
        Time since{};
        std::uint64_t order = 0;
        double virtual_good = 0;
        double virtual_bad = 0;
        double good = 0;
        double bad = 0;
        std::uint32_t good_run = 0;
        std::uint32_t bad_run = 0;
    };
    using Queue = std::deque<Node>;

    static Pick turn(Queue& queue) {
        queue.push_back(queue.front());
        queue.pop_front();
        return {ReturnCode::succ, queue.back().endpoint};
    }
    static Node* find(Queue& queue, const Endpoint& endpoint) {
        for (auto& node : queue) {
            if (node.endpoint == endpoint) return &node;
        }
        return nullptr;
    }
    static Node* oldest(Queue& queue) {
        const auto before = [](const Node& a, const Node& b) { return a.order < b.order; };
        const auto found = std::min_element(queue.begin(), queue.end(), before);
        return found == queue.end() ? nullptr : &*found;
    }
    Node fresh(const Endpoint& endpoint, Time now) {
        return {
            .endpoint = endpoint,
            .since = now,
            .order = ++order_,
            .virtual_good = double(options_.init_succ_cnt)};
    }
    Node overloaded(const Endpoint& endpoint, Time now) {
        return {
            .endpoint = endpoint,
            .since = now,
            .order = ++order_,
            .virtual_bad = double(options_.init_err_cnt)};
    }
    void move(const Endpoint& endpoint, Queue& from, Queue& to, const Node& as) {
        std::erase_if(from, [&](const Node& node) { return node.endpoint == endpoint; });
        to.push_back(as);
        if (overload_.empty()) picks_ = 0;
    }

    ClassicOptions options_;
    Queue idle_;
    Queue overload_;
    std::uint32_t picks_ = 0;
    std::uint64_t order_ = 0;
};

constexpr int kNodes = 12;

Route random_route(std::mt19937& random) {
    auto route = route_of(kNodes);
    std::erase_if(route.endpoints, [&random](const auto&) { return random() % 3 == 0; });
    return route;
}

ClassicOptions random_options(std::mt19937& random) {
    const auto upto = [&random](std::uint32_t max) { return std::uint32_t(random() % (max + 1)); };
    return {
        .probe_num = upto(4),
        .init_succ_cnt = upto(20),
        .init_err_cnt = upto(6),
        .err_rate = double(upto(9)) / 10,
        .succ_rate = double(upto(9)) / 10,
        .contin_err_limit = 1 + upto(6),
        .contin_succ_limit = 1 + upto(6),
        .idle_timeout = std::chrono::milliseconds(1 + upto(50)),
        .window_err_rate = double(upto(10)) / 10,
        .overload_timeout = std::chrono::milliseconds(1 + upto(50)),
    };
}

}  // namespace

TEST_CASE("classic does what the rules say, whatever happens in whatever order") {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        const auto options = random_options(random);
        Model model(options);
        World world(0, Classic::factory(options));
        const auto bad_share = random() % 100;
        std::vector<int> wrong;
        for (int step = 0; step < 2000 && wrong.empty(); ++step) {
            const auto dice = random() % 100;
            if (dice < 40) {
                const auto expected = model.pick(world.now);
                const auto pick = world.pick();
                if (pick.code != expected.code || pick.endpoint != expected.endpoint) {
                    wrong.push_back(step);
                }
            } else if (dice < 85) {
                const auto endpoint = node(1 + int(random() % kNodes));
                const bool good = random() % 100 >= bad_share;
                model.report(endpoint, good, world.now);
                const auto outcome = good ? CallOutcome::success : CallOutcome::failure;
                world.balancer.report(endpoint, {outcome, {}}, world.now);
            } else if (dice < 97) {
                world.now += std::chrono::microseconds(random() % 4000);
            } else if (dice < 98) {
                world.now += std::chrono::milliseconds(random() % 200);
                model.end_what_is_due(world.now);
                world.balancer.advance(world.now);
            } else {
                const auto route = random_route(random);
                model.update(route, world.now);
                world.balancer.update(route, world.now);
            }
            world.balancer.visit([&](const EndpointView& each) {
                if (model.overloaded(each.endpoint) != (each.state == State::overload)) {
                    wrong.push_back(step);
                }
            });
        }
        INFO("seed " << seed);
        CHECK(wrong.empty());
    }
}
