#include "../dns/descriptors.hpp"
#include "../dns/dns_process.hpp"
#include "figures.hpp"
#include "fleet.hpp"
#include "process.hpp"
#include "support/mariadb_server.hpp"

#include <cstdio>
#include <optional>
#include <sstream>

// Services that register: from an announcement to the last of many agents, hosts that die, a fleet
// at rest, and one whose instances change all the time.
namespace {

using namespace lars;
using namespace std::chrono_literals;
using bench::Fleet;
using bench::FleetClock;
using bench::seconds_since;

/// What a benchmark of registrations runs on.
struct World {
    explicit World(const bench::Settings& settings) {
        options.agents = settings.number("--agents", settings.quick ? 100 : 1'000);
        options.modules = settings.number("--modules", settings.quick ? 100 : 1'000);
        options.instances = settings.number("--instances", settings.quick ? 10 : 100);
        bench::raise_descriptor_limit();
        bench::migrate(database.url(), database.password());
        dns.emplace(bench::DnsProcess::Options{
            .store = database.url(),
            .password = database.password(),
            .flags = {"--max-connections", "20000", "--max-subscriptions", "20000"}});
        options.dns = {dns->port()};
        fleet.emplace(options);
    }

    double cores(FleetClock::time_point begin, double dns_before, double database_before) const {
        const auto spent =
            bench::cpu_us(dns->id()) - dns_before + bench::cpu_us(database.id()) - database_before;
        return spent / 1e6 / seconds_since(begin);
    }

    // The tables are larger than what the tests' servers are given.
    test::MariadbServer database{{"--innodb-buffer-pool-size=512M", "--innodb-log-file-size=128M"}};
    Fleet::Options options;
    std::optional<bench::DnsProcess> dns;
    std::optional<Fleet> fleet;
};

void fill(World& world, bench::Figures& figures) {
    const auto begin = FleetClock::now();
    world.fleet->run_until([&] { return world.fleet->all_stored(); }, 300s);
    figures.add("fill_s", seconds_since(begin));
    world.fleet->subscribe();
    world.fleet->run_until([&] { return world.fleet->all_answered(); }, 120s);
}

void register_some(World& world, bench::Figures& figures, int count) {
    auto& fleet = *world.fleet;
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
        const auto begin = FleetClock::now();
        const auto port = fleet.register_one(i * 7 % world.options.agents);
        fleet.run_until([&] { return fleet.agents_with(port) == world.options.agents; }, 30s);
        times.push_back(1e3 * seconds_since(begin));
        const auto left = 200ms - (FleetClock::now() - begin);
        if (left > 0ms) fleet.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(left));
    }
    figures.add("register_p50_ms", bench::quantile(times, 0.5));
    figures.add("register_p99_ms", bench::quantile(times, 0.99));
}

// With the agents' beats, and without them, for less than a lease at a time.
void rest(World& world, bench::Figures& figures, std::chrono::seconds time) {
    auto& fleet = *world.fleet;
    fleet.run_for(12s);  // until dns looks for changes less often
    const auto dns_before = bench::cpu_us(world.dns->id());
    const auto database_before = bench::cpu_us(world.database.id());
    const auto begin = FleetClock::now();
    fleet.run_for(time);
    const auto all = world.cores(begin, dns_before, database_before);
    const auto database = (bench::cpu_us(world.database.id()) - database_before) / 1e6;
    figures.add("idle_database_cores", database / seconds_since(begin));
    double quiet_us = 0;
    double quiet_s = 0;
    for (int i = 0; i < time / 4s; ++i) {
        fleet.set_beating(false);
        const auto before = bench::cpu_us(world.dns->id()) + bench::cpu_us(world.database.id());
        const auto quiet = FleetClock::now();
        fleet.run_for(1'500ms);
        quiet_us += bench::cpu_us(world.dns->id()) + bench::cpu_us(world.database.id()) - before;
        quiet_s += seconds_since(quiet);
        fleet.set_beating(true);
        fleet.run_for(2'500ms);
    }
    figures.add("idle_cores", all);
    figures.add("idle_without_beats_cores", quiet_us / 1e6 / quiet_s);
    figures.add("idle_beats_cores", all - quiet_us / 1e6 / quiet_s);
}

void die(World& world, bench::Figures& figures, int rounds) {
    auto& fleet = *world.fleet;
    constexpr int kDead = 3;
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::pair<int, std::uint16_t>> dead;
        for (int i = 0; i < kDead; ++i) {
            const int agent = (round * kDead + i) * 11 % world.options.agents;
            dead.emplace_back(agent, fleet.register_one(agent));
        }
        fleet.run_until(
            [&] { return fleet.agents_with(dead.back().second) == world.options.agents; }, 30s
        );
        fleet.run_for(500ms);
        const auto begin = FleetClock::now();
        for (const auto& [agent, port] : dead) fleet.freeze(agent);
        std::vector<bool> gone(kDead);
        fleet.run_until(
            [&] {
                bool all = true;
                for (std::size_t i = 0; i < dead.size(); ++i) {
                    if (gone[i]) continue;
                    if (fleet.agents_with(dead[i].second) > 0) {
                        all = false;
                        continue;
                    }
                    gone[i] = true;
                    times.push_back(seconds_since(begin));
                }
                return all;
            },
            60s
        );
        for (const auto& [agent, port] : dead) fleet.thaw(agent);
        fleet.run_until([&] { return fleet.all_stored(); }, 30s);
    }
    figures.add("dead_host_p50_s", bench::quantile(times, 0.5));
    figures.add("dead_host_p99_s", bench::quantile(times, 0.99));
}

std::uint64_t commits(World& world) {
    std::istringstream line(
        world.database.sql("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE "
                           "VARIABLE_NAME = 'COM_COMMIT'")
    );
    std::uint64_t count = 0;
    line >> count;
    return count;
}

void churn(World& world, bench::Figures& figures, int per_second, std::chrono::seconds time) {
    auto& fleet = *world.fleet;
    const auto dns_before = bench::cpu_us(world.dns->id());
    const auto database_before = bench::cpu_us(world.database.id());
    const auto own_before = bench::thread_cpu_us();
    const auto bytes_before = fleet.bytes_received();
    const auto pushes_before = fleet.pushes();
    const auto commits_before = commits(world);
    const auto begin = FleetClock::now();
    std::int64_t made = 0;
    while (FleetClock::now() < begin + time) {
        const auto due = static_cast<std::int64_t>(seconds_since(begin) * per_second);
        for (; made < due; ++made) fleet.change_one();
        fleet.run_for(1ms);
    }
    fleet.run_until([&] { return fleet.changes_under_way() == 0; }, 60s);
    const auto took = seconds_since(begin);
    const auto& times = fleet.change_times();
    figures.add("churn_p50_ms", bench::quantile(times, 0.5));
    figures.add("churn_p99_ms", bench::quantile(times, 0.99));
    figures.add("churn_changes_per_s", static_cast<double>(times.size()) / took);
    figures.add("churn_commits_per_s", static_cast<double>(commits(world) - commits_before) / took);
    figures.add("churn_dns_cores", (bench::cpu_us(world.dns->id()) - dns_before) / 1e6 / took);
    figures.add(
        "churn_database_cores", (bench::cpu_us(world.database.id()) - database_before) / 1e6 / took
    );
    figures.add("churn_load_cores", (bench::thread_cpu_us() - own_before) / 1e6 / took);
    figures.add(
        "churn_mb_per_s", static_cast<double>(fleet.bytes_received() - bytes_before) / 1e6 / took
    );
    figures.add("churn_pushes_per_s", static_cast<double>(fleet.pushes() - pushes_before) / took);
}

void check_table(World& world) {
    world.fleet->run_until([&] { return world.fleet->all_stored(); }, 30s);
    std::set<std::string> stored;
    std::istringstream rows(world.database.sql(
        "SELECT CONCAT_WS(' ', modid, serverip, serverport, weight) FROM lars_dns.RouteData"
    ));
    for (std::string row; std::getline(rows, row);) stored.insert(row);
    if (stored != world.fleet->announced()) {
        throw std::runtime_error("the table isn't what was announced");
    }
    std::printf("the table has the %zu instances that are announced\n", stored.size());
}

int run(const bench::Settings& settings) {
    World world(settings);
    bench::Figures figures("register");
    fill(world, figures);
    std::printf("%zu instances are there\n", world.fleet->announced().size());
    register_some(world, figures, settings.quick ? 10 : 150);
    rest(world, figures, settings.quick ? 4s : 20s);
    die(world, figures, settings.number("--rounds", settings.quick ? 1 : 10));
    const auto time = std::chrono::seconds(settings.number("--churn", settings.quick ? 5 : 60));
    churn(world, figures, settings.number("--rate", settings.quick ? 100 : 1'000), time);
    check_table(world);
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("register", [=] {
        return run(bench::parse_settings(
            argc, argv, {"--agents", "--modules", "--instances", "--rounds", "--churn", "--rate"}
        ));
    });
}
