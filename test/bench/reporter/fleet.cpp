#include "figures.hpp"
#include "process.hpp"
#include "reporter_process.hpp"
#include "sender.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <cstdio>
#include <stdexcept>
#include <thread>

// A fleet at its pace: the real links of 1,000 agents, each of which tells every second of calls to
// 100 endpoints. What waits, and how much memory it takes, must not grow.
namespace {

using namespace lars;
using namespace std::chrono_literals;

struct Window {
    double waiting = 0;  // results, at most
    double reporter_mib = 0;
    double behind_seconds = 0;  // how old the newest call is that is stored, about
};

class Watch {
public:
    Watch(bench::Database& database, bench::ReporterProcess& reporter, bench::Senders& senders)
        : database_(database), reporter_(reporter), senders_(senders) {}

    Window watch(std::chrono::seconds length) {
        Window window;
        const auto told_before = senders_.calls();
        for (auto second = 0s; second < length; ++second) {
            std::this_thread::sleep_for(1s);
            window.waiting =
                std::max(window.waiting, reporter_.value("lars_reporter_results_waiting"));
        }
        window.reporter_mib = bench::memory_kib(reporter_.id(), "VmRSS") / 1024;
        const auto told = senders_.calls();
        const auto stored =
            std::stoull(database_.server.sql("SELECT SUM(succ) + SUM(err) FROM lars_dns.CallHistory"
            ));
        const auto per_second = double(told - told_before) / double(length.count());
        window.behind_seconds = (double(told) - double(stored)) / per_second;
        return window;
    }

private:
    bench::Database& database_;
    bench::ReporterProcess& reporter_;
    bench::Senders& senders_;
};

int run(const bench::Settings& settings) {
    const int windows = settings.number("--windows", settings.quick ? 2 : 8);
    const std::chrono::seconds length(settings.number("--seconds", settings.quick ? 2 : 10));
    bench::Senders::Options options;
    options.agents = settings.number("--agents", settings.quick ? 50 : 1'000);
    options.modules = 10;
    options.endpoints = 10;
    options.all_modules = settings.number("--modules", 200);
    bench::Database database({
        "--innodb-buffer-pool-size=1G",
        "--innodb-log-file-size=512M",
        "--innodb-flush-log-at-trx-commit=1",
    });
    bench::ReporterProcess reporter(database.url(), database.server.password());
    reporter.start();
    options.reporters = {reporter.port()};
    test::Running running(1);
    bench::Senders senders(running.runtime, 0, options, running.metrics, running.log);
    Watch watch(database, reporter, senders);
    bench::Figures figures("reporter-fleet");
    std::printf("seconds  results waiting, most  reporter MiB  behind, s\n");
    {
        const auto stop = running.run({&senders});
        const auto reporter_before = bench::cpu_us(reporter.id());
        const auto database_before = bench::cpu_us(database.id());
        for (int i = 0; i < windows; ++i) {
            const auto window = watch.watch(length);
            std::printf(
                "%7d  %21.0f  %12.1f  %9.2f\n",
                int(length.count()) * (i + 1),
                window.waiting,
                window.reporter_mib,
                window.behind_seconds
            );
            const bool late = i >= windows / 2;
            const std::string half = late ? "second_half_" : "first_half_";
            figures.add(half + "waiting", window.waiting);
            figures.add(half + "reporter_mib", window.reporter_mib);
            figures.add(half + "behind_seconds", window.behind_seconds);
        }
        const auto seconds = double(windows * length.count());
        const auto cores = [seconds](double used) { return used / seconds / 1e6; };
        figures.add("reporter_cores", cores(bench::cpu_us(reporter.id()) - reporter_before));
        figures.add("database_cores", cores(bench::cpu_us(database.id()) - database_before));
        figures.add(
            "status_rows_per_second",
            reporter.value("lars_reporter_status_rows_written_total") / seconds
        );
        figures.add("batches_refused", reporter.value("lars_reporter_refused_batches_total"));
        figures.add("database_mib", bench::memory_kib(database.id(), "VmRSS") / 1024);
        senders.end_calls();
        const auto all = [&] { return senders.delivered() == options.agents; };
        if (!test::eventually(all, 120s)) throw std::runtime_error("not all was delivered");
    }
    figures.add("calls_lost", running.count("lars_agent_calls_lost_total"));
    std::printf(
        "%d agents, each with 100 endpoints every second, of %d endpoints in all; MariaDB with\n"
        "innodb_flush_log_at_trx_commit=1; %d s a window\n",
        options.agents,
        options.all_modules * options.endpoints,
        int(length.count())
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("reporter-fleet", [=] {
        return run(
            bench::parse_settings(argc, argv, {"--windows", "--seconds", "--agents", "--modules"})
        );
    });
}
