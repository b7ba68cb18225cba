#include "../dns/descriptors.hpp"
#include "../dns/dns_process.hpp"
#include "figures.hpp"
#include "fleet.hpp"
#include "process.hpp"
#include "support/free_port.hpp"
#include "support/mariadb_server.hpp"

#include <array>
#include <cstdio>
#include <optional>
#include <sstream>
#include <stdexcept>

// What fleets of several sizes lose while parts of Lars fail, one after the other: routes that had
// fewer endpoints than there are instances, at any agent, at any time.
namespace {

using namespace lars;
using namespace std::chrono_literals;
using bench::Fleet;
using bench::FleetClock;
using bench::seconds_since;

/// Two dns services on one MariaDB, and agents with one instance each in module 1.
class World {
public:
    World(int agents, std::chrono::seconds outage)
        : agents_(agents), outage_(outage), ports_{test::free_port(), test::free_port()} {
        bench::migrate(database_.url(), database_.password());
        start_dns(0);
        start_dns(1);
        Fleet::Options options;
        options.dns = {dns_[0]->port(), dns_[1]->port()};
        options.agents = agents;
        options.modules = 2;
        options.instances = 0;
        options.subscriptions = 0;
        fleet_.emplace(options);
        // Each has one instance of module 1, by its own port.
        fleet_->run_until([&] { return fleet_->all_stored(); }, 60s);
        fleet_->subscribe();
        for (int i = 0; i < agents; ++i) instances_.push_back(fleet_->register_one(i));
        fleet_->run_until([&] { return all_see_all(); }, 60s);
        // Until somebody has the duty, and may exercise it.
        fleet_->run_for(12s);
        begin_anew();
    }

    void run() {
        say("two dns services run, one is killed with -9");
        dns_[0]->kill();
        rest(10s);
        start_dns(0);
        rest(8s);
        judge();

        say("both are down, agents live");
        dns_[0]->kill();
        dns_[1]->kill();
        fleet_->run_for(outage_);
        appear_after("dns is back", [&] {
            start_dns(0);
            start_dns(1);
        });
        rest(10s);
        judge();

        say("the database is down");
        database_.stop();
        fleet_->run_for(outage_);
        appear_after("the database is back", [&] { database_.start(); });
        rest(10s);
        judge();

        say("an agent is killed with -9, and started again in the lease");
        const auto before = changes();
        fleet_->kill(0);
        fleet_->run_for(1s);
        fleet_->thaw(0);
        rest(5s);
        require_no_changes(before);
        judge();

        const int restarts = std::min(40, fleet_size());
        say(std::to_string(restarts) + " agents are restarted in a row");
        const auto before_all = changes();
        for (int i = 0; i < restarts; ++i) {
            fleet_->kill(i);
            fleet_->run_for(100ms);
            fleet_->thaw(i);
            fleet_->run_until([&] { return fleet_->all_stored(); }, 30s);
        }
        rest(5s);
        require_no_changes(before_all);
        judge();

        cut_off(std::max(1, fleet_size() * 3 / 10));
    }

private:
    int fleet_size() const { return agents_; }

    static void say(const std::string& what) { std::printf("  %s\n", what.c_str()); }

    void start_dns(int number) {
        dns_[number].reset();
        dns_[number].emplace(bench::DnsProcess::Options{
            .store = database_.url(),
            .password = database_.password(),
            .port = ports_[number],
            .flags = {}});
    }

    bool all_see_all() const {
        for (const auto port : instances_) {
            if (fleet_->agents_with(port) < fleet_size()) return false;
        }
        return true;
    }

    std::int64_t changes() {
        std::istringstream count(database_.sql("SELECT COUNT(*) FROM lars_dns.RouteLog"));
        std::int64_t number = 0;
        count >> number;
        return number;
    }

    void rest(std::chrono::milliseconds time) { fleet_->run_for(time); }

    void require_no_changes(std::int64_t before) {
        const auto made = changes() - before;
        std::printf("    changes of routes: %ld\n", made);
        if (made != 0) throw std::runtime_error("a route has changed");
    }

    // What registered since the last time wasn't in all routes from the begin.
    void judge() {
        const auto least = std::min(fleet_->least(), there_);
        std::printf("    instances that left a route: %zu of %zu\n", there_ - least, there_);
        if (least < there_) throw std::runtime_error("an instance left a route");
        fleet_->run_until([&] { return all_see_all(); }, 60s);
        begin_anew();
    }

    void begin_anew() {
        there_ = instances_.size();
        fleet_->forget_least();
    }

    // One that registers while nobody can take it.
    template <class Repair>
    void appear_after(const char* what, Repair repair) {
        const auto port = fleet_->register_one(0);
        fleet_->run_for(100ms);
        const auto begin = FleetClock::now();
        repair();
        fleet_->run_until([&] { return fleet_->agents_with(port) == fleet_size(); }, 120s);
        std::printf(
            "    what registered meanwhile is at all agents %.2f s after %s\n",
            seconds_since(begin),
            what
        );
        instances_.push_back(port);
    }

    void cut_off(int count) {
        say(std::to_string(count) + " agents are cut off at once");
        std::vector<std::uint16_t> theirs;
        const int first = fleet_size() > 1 ? 1 : 0;  // the others have one instance each
        for (int i = first; i < first + count; ++i) {
            fleet_->freeze(i);
            theirs.push_back(instances_[static_cast<std::size_t>(i)]);
        }
        rest(10s);
        int gone = 0;
        for (const auto port : theirs) gone += fleet_->agents_with(port) == 0 ? 1 : 0;
        std::istringstream held(
            database_.sql("SELECT COUNT(DISTINCT owner) FROM lars_dns.HeldExpiry")
        );
        int number = 0;
        held >> number;
        std::printf("    10 s later: %d of %zu gone, %d held\n", gone, theirs.size(), number);
        const bool crowd = count > 5;
        if (crowd && (gone > 0 || number < count)) {
            throw std::runtime_error("a crowd isn't held");
        }
        if (number == 0) return;
        const auto confirmed = test::run_program(
            {bench::program("lars"), "route", "confirm", "--store", database_.url()},
            {{"LARS_STORE_PASSWORD", database_.password()}}
        );
        if (confirmed.status != 0) throw std::runtime_error(confirmed.output);
        const auto since = FleetClock::now();
        fleet_->run_until(
            [&] {
                for (const auto port : theirs) {
                    if (fleet_->agents_with(port) > 0) return false;
                }
                return true;
            },
            60s
        );
        std::printf(
            "    gone from all agents %.2f s after it was confirmed\n", seconds_since(since)
        );
    }

    int agents_;
    std::chrono::seconds outage_;
    std::array<int, 2> ports_;
    test::MariadbServer database_;
    std::array<std::optional<bench::DnsProcess>, 2> dns_;
    std::optional<Fleet> fleet_;
    std::vector<std::uint16_t> instances_;
    std::size_t there_ = 0;  // of these, when the least was last forgotten
};

int run(const bench::Settings& settings) {
    bench::raise_descriptor_limit();
    const std::chrono::seconds outage(settings.number("--outage", settings.quick ? 10 : 60));
    const int only = settings.number("--fleet", settings.quick ? 3 : 0);
    for (const int agents : {1, 3, 5, 100}) {
        if (only != 0 && agents != only) continue;
        std::printf("a fleet of %d\n", agents);
        std::fflush(stdout);
        World world(agents, outage);
        world.run();
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("register-faults", [=] {
        return run(bench::parse_settings(argc, argv, {"--fleet", "--outage"}));
    });
}
