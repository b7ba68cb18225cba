#include "app/option_set.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <stdlib.h>

#include <fstream>

using namespace lars;
using namespace std::chrono_literals;

namespace {

/// One program's options, as a service describes them.
struct Program {
    Program() : set("program", "LARS_TEST_PROGRAM", "A program.") {
        set.number("port", port, {1, 65'535}, "a port").key("server", "port").key("old", "Port");
        set.duration("wait", wait, {1ms, 1h}, "a wait", 1s).key("reporter", "wait");
        set.real("rate", rate, {0, 1}, "a rate").key("server", "rate");
        set.file_only("password", [this](const auto& text) { password = text; })
            .key("server", "password")
            .secret();
        set.ignore("server", "threadNum");
    }

    void file(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
    void parse(std::vector<const char*> flags = {}) {
        flags.insert(flags.begin(), "program");
        set.parse(static_cast<int>(flags.size()), flags.data());
    }
    void parse_file(const std::string& text) {
        file(text);
        parse({"--config", path.c_str()});
    }
    std::string error_of(const std::string& text) {
        try {
            parse_file(text);
        } catch (const app::ConfigError& error) {
            return error.what();
        }
        return "no error";
    }

    test::TempDir directory;
    std::string path = directory.file("a.conf");
    std::uint32_t port = 1;
    std::chrono::milliseconds wait{1s};
    double rate = 0;
    std::string password;
    app::OptionSet set;
};

}  // namespace

TEST_CASE("default, file, environment, flag: the later wins") {
    Program program;
    program.parse();
    CHECK(program.port == 1);
    program.parse_file("[server]\nport = 2\n");
    CHECK(program.port == 2);
    ::setenv("LARS_TEST_PROGRAM_PORT", "3", 1);
    program.parse({"--config", program.path.c_str()});
    CHECK(program.port == 3);
    program.parse({"--config", program.path.c_str(), "--port", "4"});
    CHECK(program.port == 4);
    ::unsetenv("LARS_TEST_PROGRAM_PORT");
}

TEST_CASE("a file may have comments, blanks, CRLF, a byte order mark, and # in a value") {
    Program program;
    program.parse_file(
        "\xEF\xBB\xBF; comment\r\n[server]\r\n  # another\r\n port = 7 \r\npassword = a#b;c\r\n"
        "threadNum = 5\r\n[repoter]\r\nwait = 20"
    );
    CHECK(program.port == 7);
    CHECK(program.password == "a#b;c");
    CHECK(program.wait == 20s);
}

TEST_CASE("a mistake is named with its file, line, key and what is allowed") {
    Program program;
    const auto at = [&](const std::string& rest) { return program.path + rest; };
    CHECK(
        program.error_of("[server]\n\nport = 0\n") ==
        at(":3: [server] port: '0' is not a number from 1 to 65535")
    );
    CHECK(
        program.error_of("[server]\nport = 65536\n") ==
        at(":2: [server] port: '65536' is not a number from 1 to 65535")
    );
    CHECK(
        program.error_of("[server]\nport = -1\n") ==
        at(":2: [server] port: '-1' is not a number from 1 to 65535")
    );
    CHECK(
        program.error_of("[server]\nrate = 1.01\n") ==
        at(":2: [server] rate: '1.01' is not a number from 0 to 1")
    );
    CHECK(
        program.error_of("[reporter]\nwait = 15 s\n") ==
        at(":2: [reporter] wait: '15 s' is not a duration such as 200ms, 15s, 2m or 1h, "
           "from 1ms to 1h")
    );
    CHECK(
        program.error_of("[server]\nprot = 1\n") ==
        at(":2: [server] prot: unknown key; program --help lists them")
    );
    CHECK(
        program.error_of("[server]\nport = 1\nport = 2\n") ==
        at(":3: [server] port: already set in line 2")
    );
    CHECK(
        program.error_of("[server]\nport = 1\n[old]\nPort = 2\n") ==
        at(":4: [old] Port: already set in line 2")
    );
    CHECK(program.error_of("port = 1\n") == at(":1: key 'port' stands before any [section]"));
    CHECK(program.error_of("[server\n") == at(":1: a section is written [name]"));
    CHECK(program.error_of("[server]\nport\n") == at(":2: expected key = value, found 'port'"));
    CHECK(
        program.error_of(std::string(2 << 20, ';')) ==
        at(": larger than 1 MiB: not a configuration")
    );
}

TEST_CASE("a wrong flag or variable is named, and a missing file") {
    Program program;
    CHECK_THROWS_WITH(
        program.parse({"--port", "x"}), "--port: 'x' is not a number from 1 to 65535"
    );
    CHECK_THROWS_AS(program.parse({"--nonsense"}), app::ConfigError);
    CHECK_THROWS_AS(program.parse({"--por", "1"}), app::ConfigError);
    CHECK_THROWS_AS(program.parse({"word"}), app::ConfigError);
    CHECK_THROWS_AS(program.parse({"--password", "x"}), app::ConfigError);
    CHECK_THROWS_AS(program.parse({"--config", "/no/such/file"}), app::ConfigError);
    ::setenv("LARS_TEST_PROGRAM_RATE", "2", 1);
    CHECK_THROWS_WITH(program.parse(), "LARS_TEST_PROGRAM_RATE: '2' is not a number from 0 to 1");
    ::unsetenv("LARS_TEST_PROGRAM_RATE");
}

TEST_CASE("options that don't fit together are refused by --check-config as at the start") {
    Program program;
    program.set.check([&program] {
        if (program.port > 1'000 && program.rate > 0) throw app::ConfigError("--port above --rate");
    });
    CHECK_NOTHROW(program.parse({"--port", "1000", "--rate", "1"}));
    CHECK_THROWS_WITH(program.parse({"--port", "2000"}), "--port above --rate");
    CHECK_THROWS_WITH(program.parse({"--port", "2000", "--check-config"}), "--port above --rate");
}

TEST_CASE("help marks what counts without a restart, and values say it") {
    Program program;
    CHECK(program.set.help().find("SIGHUP") == std::string::npos);
    std::uint32_t limit = 7;
    program.set.number("limit", limit, {1, 10}, "a limit").live();
    CHECK(program.set.help().find("a limit [7] *\n") != std::string::npos);
    CHECK(program.set.help().find("At SIGHUP") != std::string::npos);
    const auto values = program.set.values();
    CHECK(values.back().flag == "limit");
    CHECK(values.back().text == "7");
    CHECK(values.back().is_live);
    CHECK_FALSE(values.front().is_live);
}
