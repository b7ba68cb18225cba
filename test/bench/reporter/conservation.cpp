#include "ack_loser.hpp"
#include "agent_process.hpp"
#include "callers.hpp"
#include "disturbances.hpp"
#include "figures.hpp"
#include "hotpath/running_upstream.hpp"
#include "reporter_process.hpp"
#include "store/call_history.hpp"
#include "support/await.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <cstdio>
#include <functional>
#include <future>
#include <random>

// Promise 5: every call that an agent accepted is in the history once. Programs call through two
// agents, which report to two reporters on one MariaDB. One thing after the other is killed,
// stopped or starved of CPU under the calls, in the end all at once, while acknowledgements are
// lost all the time. After each, what was accepted and what is stored are compared.
namespace {

using namespace lars;
using namespace std::chrono_literals;
using bench::CallCounts;

constexpr std::int32_t kModules = 20;
constexpr int kEndpoints = 5;  // of each
constexpr double kAcksLost = 0.2;
// How long what was accepted may take to be stored, on a machine that does other things as well.
constexpr auto kDrainTimeout = 120s;

CallCounts read_history(const bench::Database& database) {
    auto url = store::parse_url(database.url()).value();
    url.password = database.server.password();
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), url);
    const auto now = store::unix_now();
    const store::HistoryQuery query{.from = now - 24h, .to = now + 1h, .by_endpoint = true};
    CallCounts counts;
    for (const auto& row : test::await(context, store::CallHistory(*store).read(query)).value()) {
        const auto labels = "modid=\"" + std::to_string(row.module.modid) + "\",cmdid=\"" +
                            std::to_string(row.module.cmdid) + "\",endpoint=\"" +
                            to_string(row.endpoint) + "\",result=\"";
        counts[labels + "success\""] += row.sums.successes;
        counts[labels + "failure\""] += row.sums.failures;
    }
    return counts;
}

std::uint64_t sum_of(const CallCounts& counts) {
    std::uint64_t sum = 0;
    for (const auto& [labels, count] : counts) sum += count;
    return sum;
}

std::size_t differences(const CallCounts& accepted, const CallCounts& stored) {
    std::size_t different = 0;
    for (const auto& [labels, count] : accepted) {
        const auto found = stored.find(labels);
        different += count != (found == stored.end() ? 0 : found->second);
    }
    for (const auto& [labels, count] : stored) different += count > 0 && !accepted.contains(labels);
    return different;
}

/// All processes, and what may happen to them.
class World {
public:
    World() {
        for (auto& reporter : reporters_) {
            reporter.emplace(database_.url(), database_.server.password());
            reporter->start();
            auto& relay = relays_.emplace_back();
            relay = std::make_unique<bench::AckLoser>(
                running_.runtime, reporter->port(), kAcksLost, running_.log
            );
        }
        stop_.emplace(running_.run({relays_[0].get(), relays_[1].get()}));
        for (auto& agent : agents_) {
            agent.emplace(dns_->port(), std::vector{relays_[0]->port(), relays_[1]->port()});
            agent->start();
        }
    }

    bench::Accepted accepted() {
        bench::Accepted all;
        for (auto& agent : agents_) all += agent->accepted();
        return all;
    }
    CallCounts stored() { return bench_history(); }
    std::uint64_t acks_lost() const { return relays_[0]->lost() + relays_[1]->lost(); }

    /// Runs it under calls; everything goes on at its end.
    void call_during(const std::function<void()>& disturbance) {
        const bench::Callers callers({agents_[0]->ports(), agents_[1]->ports()}, kModules);
        disturbance();
    }

    bench::Pids one_reporter() const { return {reporters_[0]->id()}; }
    bench::Pids both_reporters() const { return {reporters_[0]->id(), reporters_[1]->id()}; }
    bench::Pids database() const { return {database_.id()}; }

    void kill_reporter(std::size_t which, std::chrono::milliseconds away) {
        reporters_[which]->kill();
        std::this_thread::sleep_for(away);
        reporters_[which]->start();
    }
    enum class End { killed, stopped };
    void end_database(End end, std::chrono::milliseconds away) {
        end == End::killed ? database_.server.kill() : database_.server.stop();
        std::this_thread::sleep_for(away);
        database_.server.start();
    }
    void stop_agents() {
        for (auto& agent : agents_) agent->stop();
    }
    void start_agents() {
        for (auto& agent : agents_) agent->start();
    }

private:
    CallCounts bench_history() { return read_history(database_); }

    bench::Database database_;
    bench::RunningUpstream dns_{
        [](ModuleId module) { return bench::example_route(module, kEndpoints); }};
    std::optional<bench::ReporterProcess> reporters_[2];
    test::Running running_{1};
    std::vector<std::unique_ptr<bench::AckLoser>> relays_;
    std::optional<test::Running::Stop> stop_;
    std::optional<bench::AgentProcess> agents_[2];
};

/// Disturbs reporters, and in another thread the database, again and again.
class Mixture {
public:
    explicit Mixture(World& world) : world_(world) {}

    void make(std::chrono::seconds length) {
        const auto end = Clock::now() + length;
        auto databases = std::async(std::launch::async, [this, end] {
            std::minstd_rand random(2);
            while (Clock::now() < end) disturb_database(random);
        });
        std::minstd_rand random(1);
        while (Clock::now() < end) disturb_reporters(random);
        databases.get();
    }

private:
    static std::chrono::milliseconds some_time(std::minstd_rand& random) {
        return std::chrono::milliseconds(std::uniform_int_distribution(100, 4'000)(random));
    }
    void disturb_reporters(std::minstd_rand& random) {
        const auto time = some_time(random);
        switch (random() % 4) {
            case 0:
                world_.kill_reporter(random() % 2, time);
                break;
            case 1:
                bench::freeze(world_.one_reporter(), time);
                break;
            case 2:
                bench::freeze(world_.both_reporters(), time);
                break;
            case 3:
                bench::starve(world_.both_reporters(), time);
                break;
        }
        std::this_thread::sleep_for(some_time(random) / 4);
    }
    void disturb_database(std::minstd_rand& random) {
        const auto time = some_time(random);
        switch (random() % 4) {
            case 0:
                world_.end_database(World::End::killed, time);
                break;
            case 1:
                world_.end_database(World::End::stopped, time);
                break;
            case 2:
                bench::freeze(world_.database(), time);
                break;
            case 3:
                bench::starve(world_.database(), time);
                break;
        }
        std::this_thread::sleep_for(some_time(random) / 4);
    }

    World& world_;
};

/// Disturbs, waits until all is stored, and prints a line.
class Table {
public:
    explicit Table(World& world) : world_(world) {
        std::printf(
            "%-44s %8s %10s %10s %10s %10s\n",
            "disturbed, under calls",
            "seconds",
            "accepted",
            "stored",
            "difference",
            "stored in"
        );
    }

    void row(
        const std::string& what,
        std::chrono::seconds length,
        const std::function<void(std::chrono::seconds)>& disturb
    ) {
        world_.call_during([&] { disturb(length); });
        const auto over = Clock::now();
        std::uint64_t accepted = 0;
        std::uint64_t stored = 0;
        const auto all_stored = [&] {
            accepted = world_.accepted().calls;
            stored = sum_of(world_.stored());
            if (accepted - accepted_ == stored - stored_) return true;
            std::this_thread::sleep_for(100ms);
            return false;
        };
        test::eventually(all_stored, kDrainTimeout);
        const std::chrono::duration<double> taken = Clock::now() - over;
        std::printf(
            "%-44s %8lld %10llu %10llu %10lld %8.1f s\n",
            what.c_str(),
            static_cast<long long>(length.count()),
            static_cast<unsigned long long>(accepted - accepted_),
            static_cast<unsigned long long>(stored - stored_),
            static_cast<long long>(accepted - accepted_) - static_cast<long long>(stored - stored_),
            taken.count()
        );
        std::fflush(stdout);
        accepted_ = accepted;
        stored_ = stored;
    }

private:
    World& world_;
    std::uint64_t accepted_ = 0;  // up to the line before
    std::uint64_t stored_ = 0;
};

struct Lengths {
    std::vector<std::chrono::seconds> stops;  // of reporters, and of the database
    std::chrono::seconds starving;
    std::chrono::seconds meeting;  // agents that start while reporters are stopped
    std::chrono::seconds away;     // what was killed
    std::chrono::seconds mixture;
};

void disturb_all(World& world, const Lengths& lengths) {
    using Length = std::chrono::seconds;
    Table table(world);
    for (const auto length : lengths.stops) {
        table.row("a reporter is stopped", length, [&](Length time) {
            bench::freeze(world.one_reporter(), time);
        });
        table.row("both reporters are stopped", length, [&](Length time) {
            bench::freeze(world.both_reporters(), time);
        });
        table.row("the database is stopped", length, [&](Length time) {
            bench::freeze(world.database(), time);
        });
    }
    table.row("a reporter is starved", lengths.starving, [&](Length time) {
        bench::starve(world.one_reporter(), time);
    });
    table.row("both reporters are starved", lengths.starving, [&](Length time) {
        bench::starve(world.both_reporters(), time);
    });
    table.row("the database is starved", lengths.starving, [&](Length time) {
        bench::starve(world.database(), time);
    });
    table.row("a reporter is killed", lengths.away, [&](Length time) {
        world.kill_reporter(0, time);
    });
    table.row("both reporters are killed", lengths.away, [&](Length time) {
        auto other = std::async(std::launch::async, [&] { world.kill_reporter(1, time); });
        world.kill_reporter(0, time);
        other.get();
    });
    table.row("the database is killed", lengths.away, [&](Length time) {
        world.end_database(World::End::killed, time);
    });
    table.row("the database is restarted", lengths.away, [&](Length time) {
        world.end_database(World::End::stopped, time);
    });
    // They can't know yet that these are no originals.
    world.stop_agents();
    {
        const auto reporters = world.both_reporters();
        auto frozen =
            std::async(std::launch::async, [&] { bench::freeze(reporters, lengths.meeting); });
        std::this_thread::sleep_for(500ms);
        world.start_agents();
        table.row("agents start while reporters are stopped", lengths.meeting, [&](Length) {
            frozen.get();
        });
    }
    table.row("all of this at once", lengths.mixture, [&](Length time) {
        Mixture(world).make(time);
    });
}

int run(const bench::Settings& settings) {
    Lengths lengths{{2s, 10s, 30s}, 15s, 10s, 2s, 60s};
    if (settings.quick) lengths = {{8s}, 3s, 4s, 1s, 5s};
    lengths.mixture =
        std::chrono::seconds(settings.number("--seconds", static_cast<int>(lengths.mixture.count()))
        );
    World world;
    disturb_all(world, lengths);

    const auto accepted = world.accepted();
    const auto stored = world.stored();
    const auto different = differences(accepted.by_endpoint, stored);
    const auto difference = double(accepted.calls) - double(sum_of(stored));
    std::printf(
        "2 agents, 2 reporters, MariaDB, %d endpoints; of the acknowledgements %.0f in 100 are "
        "lost\n",
        kModules * kEndpoints,
        100 * kAcksLost
    );
    bench::Figures figures("conservation");
    figures.add("calls_accepted", double(accepted.calls));
    figures.add("calls_stored", double(sum_of(stored)));
    figures.add("difference", difference);
    figures.add("endpoints_that_differ", double(different));
    figures.add("calls_given_up", double(accepted.lost));
    figures.add("acknowledgements_lost", double(world.acks_lost()));
    figures.print(settings);
    return different == 0 && difference == 0 && accepted.calls > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("conservation", [=] {
        return run(bench::parse_settings(argc, argv, {"--seconds"}));
    });
}
