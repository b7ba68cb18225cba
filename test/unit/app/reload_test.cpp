#include "app/reload.hpp"

#include "app/config_error.hpp"
#include "support/catch.hpp"
#include "support/running.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

#include <signal.h>
#include <spdlog/sinks/ostream_sink.h>

#include <atomic>
#include <fstream>
#include <sstream>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::Contains;

namespace {

/// A program whose options are in a file.
struct Program {
    struct Settings {
        Settings() {
            set.number("limit", limit, {1, 100}, "a limit").key("program", "limit").live();
            set.number("port", port, {1, 100}, "a port").key("program", "port");
        }
        app::OptionSet set{"program", "LARS_TEST_RELOAD", "A program."};
        std::uint32_t limit = 1;
        std::uint32_t port = 1;
    };

    Program() {
        write("");
        reload.emplace(
            running.runtime, read().values, [this] { return read(); }, log
        );
    }
    void write(const std::string& lines) { std::ofstream(path) << "[program]\n" + lines; }
    app::Reading read() {
        const auto fresh = std::make_shared<Settings>();
        const char* const words[]{"program", "--config", path.c_str()};
        fresh->set.parse(3, words);
        return {fresh->set.values(), [this, fresh] { limit_in_force = fresh->limit; }};
    }

    TempDir directory;
    std::string path = directory.file("conf");
    Running running{1};
    std::ostringstream text;
    spdlog::logger log{"program", std::make_shared<spdlog::sinks::ostream_sink_mt>(text)};
    std::atomic<std::uint32_t> limit_in_force{1};
    std::optional<app::Reload> reload;
};

}  // namespace

TEST_CASE("what can change is taken over; what can't is named") {
    Program program;
    program.write("limit = 2\nport = 2\n");
    CHECK(program.reload->reload());
    CHECK(program.limit_in_force == 2);
    CHECK_THAT(program.text.str(), Contains("[info] limit: 1 -> 2\n"));
    CHECK_THAT(
        program.text.str(), Contains("[warning] port: 1 -> 2: counts from the next start\n")
    );
    program.write("limit = 2\n");
    CHECK(program.reload->reload());
    CHECK_THAT(program.text.str(), Contains("[info] no option has changed\n"));
}

TEST_CASE("a file with a mistake is refused with it, and all stays as it was") {
    Program program;
    program.write("limit = 3\nport = 0\n");
    CHECK_FALSE(program.reload->reload());
    CHECK(program.limit_in_force == 1);
    CHECK_THAT(
        program.text.str(),
        Contains(
            program.path + ":3: [program] port: '0' is not a number from 1 to 100; all options "
                           "stay as they were"
        )
    );
    program.write("limit = 3\n");
    CHECK(program.reload->reload());
    CHECK(program.limit_in_force == 3);
}

TEST_CASE("SIGHUP has the options read again, as often as it comes") {
    Program program;
    const auto stop = program.running.run({&*program.reload});
    for (const std::uint32_t limit : {2, 3}) {
        program.write("limit = " + std::to_string(limit) + '\n');
        ::raise(SIGHUP);
        CHECK(eventually([&] { return program.limit_in_force == limit; }));
    }
}
