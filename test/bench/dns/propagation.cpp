#include "admin/look.hpp"
#include "descriptors.hpp"
#include "dns_process.hpp"
#include "editor.hpp"
#include "figures.hpp"
#include "load_process.hpp"
#include "marker.hpp"
#include "process.hpp"
#include "support/mariadb_server.hpp"

#include <algorithm>
#include <cstdio>
#include <random>
#include <thread>

// From a commit in MariaDB to the last of many agents' sessions: one change at a time, at a random
// phase of the poll. Every other one is by a writer of ours, which tells dns to look. And what
// polling costs while nothing changes.
namespace {

using namespace lars;

constexpr int kModules = 10;
constexpr int kOtherEndpoints = 5;
constexpr auto kIdle = std::chrono::seconds(10);
constexpr int kMarkerPort = 1;

struct Change {
    bench::Stamp sent;  ///< just before the statement that commits it
    std::uint64_t version = 0;
    bool told = false;  ///< dns was told to look
    bench::Stamp seen;  ///< by the last session
};

int module_of(std::uint32_t number) {
    return static_cast<int>(number) % kModules + 1;
}

/// Changes are numbered from 1; change n is the marker n of its module.
class Changes {
public:
    void add(bench::Stamp sent, std::uint64_t version, bool told) {
        all_.push_back({sent, version, told, {}});
    }
    std::uint32_t next() const { return static_cast<std::uint32_t>(all_.size()) + 1; }
    const std::vector<Change>& all() const { return all_; }

    void see(const bench::LoadProcess::Marker& marker) {
        for (auto number = marker.value; number > 0; --number) {
            if (module_of(number) != marker.modid) continue;
            auto& change = all_.at(number - 1);
            if (change.seen.real != 0) return;
            change.seen = marker.at;
            ++seen_;
        }
    }
    bool all_seen() const { return seen_ == all_.size(); }

private:
    std::vector<Change> all_;
    std::size_t seen_ = 0;
};

void fill(bench::Editor& editor) {
    for (int modid = 1; modid <= kModules; ++modid) {
        const auto module = std::to_string(modid) + ", 1, ";
        std::string rows = '(' + module + std::to_string(bench::kMarkerBase) + ", " +
                           std::to_string(kMarkerPort) + ')';
        for (int i = 0; i < kOtherEndpoints; ++i) {
            rows += ", (" + module + std::to_string(0xC0A80001 + i) + ", 7777)";
        }
        editor.run("INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES " + rows);
    }
}

void change_once(bench::Editor& editor, Changes& changes, const std::string& dns) {
    const auto number = changes.next();
    const bool told = number / kModules % 2 == 1;
    const auto sql =
        "UPDATE RouteData SET serverip = " + std::to_string(bench::kMarkerBase + number) +
        " WHERE modid = " + std::to_string(module_of(number)) +
        " AND cmdid = 1 AND serverport = " + std::to_string(kMarkerPort);
    const auto sent = bench::Stamp::now();
    editor.run(sql);
    if (told) admin::send_look({dns});
    changes.add(sent, editor.number("SELECT version FROM RouteVersion WHERE id = 1"), told);
}

void pause_randomly(std::mt19937& random) {
    std::uniform_int_distribution<int> milliseconds(60, 160);
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
}

/// When the poll that carried a change had seen it. One that came between a poll's look at the
/// version and its reading of the changes counts from its own beginning.
std::int64_t push_begin(
    const Change& change, const std::vector<bench::DnsProcess::VersionMove>& moves
) {
    const auto noticed = std::find_if(moves.begin(), moves.end(), [&](const auto& move) {
        return move.real >= change.sent.real && move.to >= change.version;
    });
    const bool in_time = noticed != moves.end() && noticed->real <= change.seen.real;
    return in_time ? noticed->real : change.sent.real;
}

void report(
    bench::Figures& figures,
    const std::vector<Change>& changes,
    const std::vector<bench::DnsProcess::VersionMove>& moves
) {
    std::vector<double> whole;
    std::vector<double> told;
    std::vector<double> push;
    for (const auto& change : changes) {
        auto& samples = change.told ? told : whole;
        samples.push_back(bench::milliseconds(change.seen.monotonic - change.sent.monotonic));
        push.push_back(bench::milliseconds(change.seen.real - push_begin(change, moves)));
    }
    figures.add("p50_ms", bench::quantile(whole, 0.5));
    figures.add("p99_ms", bench::quantile(whole, 0.99));
    figures.add("max_ms", bench::quantile(whole, 1));
    figures.add("told_p50_ms", bench::quantile(told, 0.5));
    figures.add("told_p99_ms", bench::quantile(told, 0.99));
    figures.add("told_max_ms", bench::quantile(told, 1));
    figures.add("push_p50_ms", bench::quantile(push, 0.5));
    figures.add("push_p99_ms", bench::quantile(push, 0.99));
}

/// Of a core, of dns and database together, while nothing changes and nobody is connected.
double idle_cores(pid_t dns, pid_t database, std::chrono::seconds time) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const auto before = bench::cpu_us(dns) + bench::cpu_us(database);
    std::this_thread::sleep_for(time);
    const auto spent = bench::cpu_us(dns) + bench::cpu_us(database) - before;
    return spent / 1e6 / static_cast<double>(time.count());
}

int run(const bench::Settings& settings) {
    const int agents = settings.number("--agents", settings.quick ? 100 : 1'000);
    const int count = settings.number("--changes", settings.quick ? 40 : 1'000);
    bench::raise_descriptor_limit();
    test::MariadbServer database;
    bench::migrate(database.url(), database.password());
    bench::Editor editor(database.port(), database.password(), "lars_dns");
    fill(editor);
    const bench::DnsProcess dns(
        {.store = database.url(),
         .password = database.password(),
         .flags = {"--max-connections", std::to_string(agents + 100), "--log-level", "debug"}}
    );
    const auto poll_cores = idle_cores(dns.id(), database.id(), settings.quick ? kIdle / 5 : kIdle);
    bench::LoadProcess load({dns.port(), agents, kModules});
    load.await_served();

    Changes changes;
    std::mt19937 random{std::random_device{}()};
    const auto dns_before = bench::cpu_us(dns.id());
    const auto load_before = bench::cpu_us(load.id());
    for (int i = 0; i < count; ++i) {
        pause_randomly(random);
        change_once(editor, changes, "127.0.0.1:" + std::to_string(dns.port()));
    }
    const auto see = [&](const auto& marker) { changes.see(marker); };
    load.await_markers(see, [&] { return changes.all_seen(); });

    bench::Figures figures("propagation");
    report(figures, changes.all(), dns.version_moves());
    figures.add("poll_cores", poll_cores);
    std::printf(
        "%d changes to %d agents; per change %.2f ms of dns's CPU, %.2f ms of the "
        "load's\n",
        count,
        agents,
        (bench::cpu_us(dns.id()) - dns_before) / count / 1e3,
        (bench::cpu_us(load.id()) - load_before) / count / 1e3
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("propagation", [=] {
        return run(bench::parse_settings(argc, argv, {"--agents", "--changes"}));
    });
}
