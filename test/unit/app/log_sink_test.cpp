#include "app/log_sink.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/logger.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using namespace std::chrono_literals;

namespace {

/// A pipe, from which the test reads when it likes to.
class Pipe {
public:
    Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) == 0); }
    ~Pipe() {
        close_reader();
        close_writer();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int writer() const { return ends_[1]; }
    void close_reader() { close(ends_[0]); }
    void close_writer() { close(ends_[1]); }
    /// Leaves no room in it; returns how many bytes that took.
    std::size_t fill() const {
        std::size_t size = 0;
        for (const std::size_t block : {4096, 1}) {
            const std::string bytes(block, '.');
            while (::write(writer(), bytes.data(), block) == static_cast<ssize_t>(block)) {
                size += block;
            }
        }
        return size;
    }
    /// What is in it now.
    std::string read() const {
        std::string all;
        std::array<char, 4096> some{};
        ssize_t size = 0;
        while ((size = ::read(ends_[0], some.data(), some.size())) > 0) {
            all.append(some.data(), static_cast<std::size_t>(size));
        }
        return all;
    }

private:
    static void close(int& end) {
        if (end >= 0) ::close(std::exchange(end, -1));
    }

    std::array<int, 2> ends_{-1, -1};
};

// Who expects all to be written waits for it, however slow the machine.
constexpr auto kLong = std::chrono::milliseconds(60'000);
constexpr app::LogSink::Options kPatient{.drain_timeout = kLong};

/// A logger over a sink.
struct Log {
    explicit Log(int descriptor, const app::LogSink::Options& options = kPatient)
        : sink(std::make_shared<app::LogSink>(
              descriptor, "test", app::LogCounters{dropped, repeated}, options
          )) {
        logger.emplace("test", sink);
        logger->set_pattern("%l %v");
    }
    /// Ends it, and writes what can be written.
    void end() {
        logger.reset();
        sink.reset();
    }

    metrics::Counter dropped;
    metrics::Counter repeated;
    std::shared_ptr<app::LogSink> sink;
    std::optional<spdlog::logger> logger;
};

// What lines of the log itself say.
std::uint64_t missing_in(const std::string& text) {
    std::uint64_t missing = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::string begin = "warning ";
        if (!line.starts_with(begin) || !line.ends_with(" lines of this log were lost here"))
            continue;
        missing += std::stoull(line.substr(begin.size()));
    }
    return missing;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("lines of several threads are whole, and written to a file in each thread's order") {
    const TempDir directory;
    const auto path = directory.file("log");
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    Log log(file);
    std::vector<std::thread> threads;
    for (const char name : {'a', 'b', 'c'}) {
        threads.emplace_back([&log, name] {
            for (int i = 0; i < 500; ++i) log.logger->info("{} {}", name, i);
        });
    }
    for (auto& thread : threads) thread.join();
    log.end();
    ::close(file);
    std::istringstream lines(read_file(path));
    std::array<int, 3> next{};
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        REQUIRE(line.starts_with("info "));
        auto& expected = next.at(static_cast<std::size_t>(line[5] - 'a'));
        REQUIRE(line.substr(7) == std::to_string(expected++));
    }
    CHECK(count == 1'500);
    CHECK(log.dropped.value() == 0);
}

TEST_CASE("a full pipe holds nobody up: lines are dropped, counted, and named as missing later") {
    const Pipe pipe;
    pipe.fill();
    Log log(pipe.writer(), {.max_bytes = 1'000, .drain_timeout = kLong});
    for (int i = 0; i < 10'000; ++i) log.logger->info("line {}", i);
    CHECK(log.dropped.value() > 9'000);

    std::string read;
    CHECK(eventually([&] {
        read += pipe.read();
        return missing_in(read) == log.dropped.value();
    }));
    read.erase(0, read.find_first_not_of('.'));
    CHECK_THAT(read, Catch::Matchers::StartsWith("info line 0\ninfo line 1\n"));
    log.logger->info("well again");
    log.end();
    CHECK_THAT(pipe.read(), EndsWith("info well again\n"));
}

TEST_CASE("who ends with a full pipe isn't held up, and what is left counts as lost") {
    const Pipe pipe;
    pipe.fill();
    Log log(pipe.writer(), {.drain_timeout = 10ms});
    log.logger->info("one");
    log.logger->info("two");
    log.end();
    CHECK(log.dropped.value() == 2);
}

TEST_CASE("a pipe without a reader kills nobody; what is lost is counted") {
    Pipe pipe;
    pipe.close_reader();
    Log log(pipe.writer());
    for (int i = 0; i < 100; ++i) log.logger->info("line {}", i);
    CHECK(eventually([&] { return log.dropped.value() == 100; }));
    log.logger->info("another");
    log.end();
    CHECK(log.dropped.value() == 101);
}

TEST_CASE("a socket is written to, as systemd gives one") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    Log log(ends[0]);
    log.logger->info("hello");
    std::array<char, 100> bytes{};
    CHECK(::read(ends[1], bytes.data(), bytes.size()) == 11);
    CHECK(std::string(bytes.data()) == "info hello\n");
    ::close(ends[1]);
    log.logger->info("nobody is there");
    log.end();
    CHECK(log.dropped.value() == 1);
    ::close(ends[0]);
}

TEST_CASE("standard error that was closed costs the lines, and nothing else") {
    Log log(-1);
    log.logger->info("hello");
    log.end();
    CHECK(log.dropped.value() == 1);
}

TEST_CASE("a line that comes again and again is cut, and how often is said") {
    const Pipe pipe;
    Log log(pipe.writer(), {.drain_timeout = kLong, .repeats = {.max_times = 3, .window = 50ms}});
    for (int i = 0; i < 50'000; ++i) log.logger->warn("the same");
    log.logger->info("another");
    std::string read;
    CHECK(eventually([&] {
        read += pipe.read();
        return read.find(" more times: the same\n") != std::string::npos;
    }));
    log.end();
    read += pipe.read();
    CHECK(log.repeated.value() > 40'000);
    CHECK(log.dropped.value() == 0);
    // Said at the latest at its end.
    const auto lines = std::count(read.begin(), read.end(), '\n');
    CHECK(lines < 10'000);
}

TEST_CASE("flush waits for what was logged") {
    const Pipe pipe;
    Log log(pipe.writer());
    for (int i = 0; i < 100; ++i) log.logger->info("line {}", i);
    log.logger->flush();
    CHECK_THAT(pipe.read(), EndsWith("info line 99\n"));
}
