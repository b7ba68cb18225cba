#include "compare_stall.hpp"
#include "dns_process.hpp"
#include "figures.hpp"
#include "process.hpp"
#include "sized_table.hpp"
#include "support/mariadb_server.hpp"
#include "watcher.hpp"

#include <cstdio>
#include <memory>
#include <thread>

// What a change of one module costs dns, by the size of the whole table; and how long a comparison
// of the whole table keeps a request waiting.
namespace {

using namespace lars;

constexpr auto kPollInterval = "20ms";
// Compare intervals.
constexpr auto kNever = "1h";
constexpr auto kAlways = "100ms";  // the shortest there is

struct Plan {
    std::vector<int> rows;
    int rounds;
    int changes;
    int pairs;
    std::chrono::seconds asking;
};
constexpr const char* kNames[] = {"1k", "100k", "1m"};

Plan plan_of(const bench::Settings& settings) {
    if (settings.quick) return {{1'000, 2'000, 5'000}, 2, 5, 1, std::chrono::seconds(1)};
    return {{1'000, 100'000, 1'000'000}, 15, 60, 5, std::chrono::seconds(10)};
}

bench::DnsProcess::Options dns_options(
    const bench::SizedTable& table, const std::string& compare_interval
) {
    return {
        .store = table.url(),
        .password = table.password(),
        .flags = {
            "--poll-interval",
            kPollInterval,
            "--compare-interval",
            compare_interval,
            "--idle-timeout",
            "1h"}};
}

/// One table, the dns on it, and a session that awaits each change.
struct Subject {
    Subject(test::MariadbServer& server, const std::string& name, int rows)
        : table(server, "lars_" + name, rows),
          dns(dns_options(table, kNever)),
          watcher(dns.port()) {
        for (int i = 0; i < bench::SizedTable::kChanging; ++i) watcher.ask(table.changing(i));
    }
    void change_once() {
        const auto change = table.change();
        watcher.await_marker(change.modid, change.marker);
    }

    bench::SizedTable table;
    bench::DnsProcess dns;
    bench::Watcher watcher;
};

/// CPU time of dns for one change, without what it uses anyway.
double cost_of_change(Subject& subject, int changes) {
    const auto begin = std::chrono::steady_clock::now();
    const auto before = bench::cpu_us(subject.dns.id());
    for (int i = 0; i < changes; ++i) subject.change_once();
    const auto busy = bench::cpu_us(subject.dns.id());
    std::this_thread::sleep_for(std::chrono::steady_clock::now() - begin);
    const auto idle = bench::cpu_us(subject.dns.id());
    return ((busy - before) - (idle - busy)) / changes;
}

void measure_changes(
    bench::Figures& figures, const Plan& plan, std::vector<std::unique_ptr<Subject>>& subjects
) {
    for (auto& subject : subjects) cost_of_change(*subject, plan.changes);  // warm
    for (int round = 0; round < plan.rounds; ++round) {
        std::vector<double> costs;
        for (std::size_t i = 0; i < subjects.size(); ++i) {
            costs.push_back(cost_of_change(*subjects[i], plan.changes));
            figures.add(std::string("cpu_us_") + kNames[i], costs.back());
        }
        figures.add("ratio_1m_1k", costs.back() / costs.front());
    }
}

void measure_stall(
    bench::Figures& figures,
    const std::string& key,
    const bench::SizedTable& table,
    const std::string& compare_interval,
    std::chrono::seconds duration
) {
    const bench::DnsProcess dns(dns_options(table, compare_interval));
    const auto before = bench::cpu_us(dns.id());
    const auto times = bench::answer_times(dns, table, duration);
    figures.add(key, bench::quantile(times, 1));
    std::printf(
        "%s: %zu answers, median %.3f ms, p99 %.3f ms; dns used %.0f %% of a core\n",
        key.c_str(),
        times.size(),
        bench::quantile(times, 0.5),
        bench::quantile(times, 0.99),
        (bench::cpu_us(dns.id()) - before) / 1e4 / static_cast<double>(duration.count())
    );
}

int run(const bench::Settings& settings) {
    const auto plan = plan_of(settings);
    test::MariadbServer server({"--innodb-buffer-pool-size=512M", "--innodb-log-file-size=256M"});
    std::vector<std::unique_ptr<Subject>> subjects;
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        subjects.push_back(std::make_unique<Subject>(server, kNames[i], plan.rows[i]));
    }
    std::printf("%d changes per sample, polled every %s\n", plan.changes, kPollInterval);
    bench::Figures figures("change-cost");
    measure_changes(figures, plan, subjects);

    subjects.erase(subjects.begin(), subjects.end() - 1);
    auto& largest = *subjects.back();
    largest.dns.kill();
    for (int i = 0; i < plan.pairs; ++i) {
        measure_stall(figures, "quiet_stall_ms", largest.table, kNever, plan.asking);
        measure_stall(figures, "compare_stall_ms", largest.table, kAlways, plan.asking);
    }
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("change-cost", [=] {
        return run(bench::parse_settings(argc, argv));
    });
}
