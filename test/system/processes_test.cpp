#include "services.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

using namespace lars::test;
using Catch::Matchers::Contains;

namespace {

/// dns, reporter and agent on a store in a file, without MariaDB.
class StoreFile {
public:
    std::string url() const { return "sqlite://" + directory_.file("lars.db"); }
    static std::string password() { return ""; }

private:
    TempDir directory_;
};

using Suite = Services<StoreFile>;

/// Where a service's standard error goes: a pipe of which the test has the other end.
class Fifo {
public:
    Fifo() : path(directory_.file("stderr")) {
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        reader_ = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    ~Fifo() { close_reader(); }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;

    void close_reader() {
        if (reader_ >= 0) ::close(std::exchange(reader_, -1));
    }
    /// Leaves no room in it.
    void fill() const {
        const int writer = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        for (const std::size_t block : {4096, 1}) {
            const std::string bytes(block, '.');
            while (::write(writer, bytes.data(), block) > 0) {
            }
        }
        ::close(writer);
    }

private:
    TempDir directory_;

public:
    const std::string path;

private:
    int reader_ = -1;
};

// Standard error of the command goes to the pipe; it keeps the process's id.
std::vector<std::string> with_stderr(const Fifo& fifo, std::vector<std::string> command) {
    const std::vector<std::string> shell{"sh", "-c", "exec \"$@\" 2>\"$0\"", fifo.path};
    command.insert(command.begin(), shell.begin(), shell.end());
    return command;
}

std::string local(int port) {
    return "127.0.0.1:" + std::to_string(port);
}

std::string get(int port, const std::string& path) {
    TcpPeer peer(static_cast<std::uint16_t>(port));
    peer.send("GET " + path + " HTTP/1.0\r\n\r\n");
    return peer.receive_all();
}

// Without a page there, nothing.
std::string try_get(int port, const std::string& path) {
    try {
        return get(port, path);
    } catch (const std::exception&) {
        return "";
    }
}

void check_ends_well(Subprocess& process) {
    process.send_signal(SIGTERM);
    CHECK(process.wait() == 0);
}

}  // namespace

TEST_CASE("SIGHUP has each service read its options again, and ends none") {
    Suite suite;
    const auto write = [&](const std::string& who, const std::string& text) {
        const auto path = suite.directory.file(who + ".conf");
        std::ofstream(path) << text;
        return path;
    };
    const std::string level = "[reactor]\nlog-level = debug\n";
    suite.start_dns({"--config", write("dns", "")});
    suite.start_reporter({"--config", write("reporter", "")});
    suite.start_agent({"--config", write("agent", "")});
    REQUIRE(suite.dns->prints("serves"));
    REQUIRE(suite.reporter->prints("writes"));
    REQUIRE(suite.agent->prints("serves"));

    write("dns", level + "[dns]\npoll-interval = 30ms\nmax-subscriptions = 5\n");
    write("reporter", level + "[reporter]\nqueue-rows = 5\n");
    write("agent", level + "[agent]\nmax-modules = 5\n");
    for (auto* each : {&*suite.dns, &*suite.reporter, &*suite.agent}) {
        each->send_signal(SIGHUP);
        CHECK(each->prints("log-level: info -> debug"));
    }
    CHECK(suite.dns->prints("max-subscriptions: 20000 -> 5"));
    CHECK(suite.dns->prints("poll-interval: 20ms -> 30ms: counts from the next start"));
    CHECK(suite.reporter->prints("queue-rows: 200000 -> 5"));
    CHECK(suite.agent->prints("max-modules: 250000 -> 5"));

    write("agent", "[agent]\nmax-modules = many\n");
    suite.agent->send_signal(SIGHUP);
    CHECK(suite.agent->prints(
        "agent.conf:2: [agent] max-modules: 'many' is not a number from 1 to 10000000; all options "
        "stay as they were"
    ));
    for (auto* each : {&*suite.dns, &*suite.reporter, &*suite.agent}) {
        CHECK(each->running());
        check_ends_well(*each);
        CHECK_THAT(each->output(), Contains("stopped"));
    }
}

TEST_CASE("a full pipe as standard error holds no service up, and no stop") {
    Suite suite;
    const auto added =
        run_lars({"route", "add", "1", "1", "10.0.0.1:80", "--store", suite.database.url()});
    REQUIRE(added.status == 0);
    const Fifo fifo;
    fifo.fill();
    const int page = free_port();
    Subprocess dns(
        with_stderr(
            fifo,
            {program("lars-dns"),
             "--store",
             suite.database.url(),
             "--listen",
             local(suite.dns_port),
             "--log-level",
             "trace",
             "--admin",
             std::to_string(page)}
        ),
        suite.directory.file("dns")
    );
    Subprocess agent(
        with_stderr(
            fifo,
            {program("lars-agent"),
             "--dns",
             local(suite.dns_port),
             "--udp-port",
             std::to_string(suite.udp_port)}
        ),
        suite.directory.file("agent")
    );
    const auto answers = [&](const std::string& expected) {
        return run_lars({"get-route", "1", "1"}, suite.environment()).output.find(expected) !=
               std::string::npos;
    };
    CHECK(eventually([&] { return answers("10.0.0.1:80"); }));
    const auto edited =
        run_lars({"route", "add", "1", "1", "10.0.0.2:80", "--store", suite.database.url()});
    CHECK(edited.status == 0);
    CHECK(eventually([&] { return answers("10.0.0.2:80"); }));
    CHECK_THAT(get(page, "/healthz"), Contains("200 OK"));
    check_ends_well(agent);
    check_ends_well(dns);
}

TEST_CASE("a service outlives the reader of its standard error, and counts the lines") {
    Suite suite;
    Fifo fifo;
    const int page = free_port();
    Subprocess agent(
        with_stderr(
            fifo,
            {"env",
             "--default-signal=PIPE",
             program("lars-agent"),
             "--dns",
             local(suite.dns_port),
             "--udp-port",
             std::to_string(suite.udp_port),
             "--admin",
             std::to_string(page)}
        ),
        suite.directory.file("agent")
    );
    REQUIRE(eventually([&] { return try_get(page, "/healthz").find("200") != std::string::npos; }));
    fifo.close_reader();
    // A line each.
    const auto lost = [&] {
        agent.send_signal(SIGHUP);
        const auto metrics = try_get(page, "/metrics");
        return metrics.find("lars_log_lines_dropped_total ") != std::string::npos &&
               metrics.find("lars_log_lines_dropped_total 0") == std::string::npos;
    };
    CHECK(eventually(lost));
    check_ends_well(agent);
}

TEST_CASE("what isn't started isn't accepted by --check-config, and is exit status 2 in both") {
    const TempDir directory;
    const auto file = directory.file("conf");
    std::ofstream(file) << "[nonsense]\nkey = 1\n";
    const std::vector<std::vector<std::string>> wrong{
        {"lars-dns"},
        {"lars-reporter"},
        {"lars-dns", "--store", "sqlite:///nowhere/lars.db", "--listen", "nonsense"},
        {"lars-dns",
         "--store",
         "sqlite:///nowhere/lars.db",
         "--listen",
         "127.0.0.1:1",
         "--admin",
         "1"},
        {"lars-agent", "--udp-port", "65535"},
        {"lars-agent", "--config", file},
        {"lars-agent", "--config", directory.file("missing")},
    };
    for (auto command : wrong) {
        command[0] = program(command[0]);
        const auto started = run_program(command);
        CAPTURE(command, started.output);
        CHECK(started.status == 2);
        command.emplace_back("--check-config");
        const auto checked = run_program(command);
        CHECK(checked.status == 2);
        CHECK(checked.output == started.output);
    }
    const auto right =
        run_program({program("lars-agent"), "--udp-address", "[::]", "--check-config"});
    CHECK(right.status == 0);
    CHECK_THAT(right.output, Contains("udp-address = ::\n"));
}

TEST_CASE("a service whose address isn't there yet waits for it, and says so") {
    Suite suite;
    const int page = free_port();
    Subprocess dns(
        {program("lars-dns"),
         "--store",
         suite.database.url(),
         "--listen",
         "198.51.100.7:7778",
         "--admin",
         std::to_string(page)},
        suite.directory.file("dns")
    );
    CHECK(dns.prints("198.51.100.7 isn't an address of this host yet"));
    CHECK(eventually([&] {
        const auto answer = try_get(page, "/readyz");
        return answer.find("503") != std::string::npos &&
               answer.find("\n198.51.100.7 isn't") != std::string::npos;
    }));
    CHECK_THAT(get(page, "/healthz"), Contains("200 OK"));
    check_ends_well(dns);
}

TEST_CASE("the units reload by SIGHUP, and don't start again what is configured wrongly") {
    for (const auto* who : {"lars-dns", "lars-reporter", "lars-agent"}) {
        std::ifstream file(std::string(LARS_CONFIG) + '/' + who + ".service");
        const std::string unit(std::istreambuf_iterator<char>(file), {});
        CAPTURE(who);
        CHECK_THAT(unit, Contains("\nExecReload=/bin/kill -HUP $MAINPID\n"));
        CHECK_THAT(unit, Contains("\nRestartPreventExitStatus=2\n"));
        CHECK_THAT(unit, Contains("\nStartLimitIntervalSec=0\n"));
    }
}
