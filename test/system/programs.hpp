#pragma once

#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/peer.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

#include <signal.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace lars::test {

inline std::string program(const std::string& name) {
    return std::string(LARS_BIN) + '/' + name;
}

/// Whether `lars` asks an agent then, and gives up after its usual timeout.
inline bool asks_an_agent(const std::vector<std::string>& words) {
    const std::set<std::string> commands{"get-host", "get-route", "report", "simulate", "qps"};
    const auto said = [&words](const char* flag) {
        return std::find(words.begin(), words.end(), flag) != words.end();
    };
    const bool asks = !words.empty() && commands.contains(words[0]);
    return asks && !said("--help") && !said("--timeout");
}

/// `lars` with these words, run to its end. An agent is waited for, however busy the machine is.
inline Finished run_lars(
    std::vector<std::string> words, const Subprocess::Environment& environment = {}
) {
    if (asks_an_agent(words)) words.insert(words.end(), {"--timeout", "60s"});
    words.insert(words.begin(), program("lars"));
    return run_program(words, environment);
}

/// `lars dev` on any free ports, ready.
class Dev {
public:
    explicit Dev(std::vector<std::string> more = {}) : more_(std::move(more)) { start(); }

    /// Again, on the same data.
    void start() {
        std::vector<std::string> command{
            program("lars"),
            "dev",
            "--data",
            directory.file("data"),
            "--dns-port",
            "0",
            "--reporter-port",
            "0",
            "--console-port",
            "0",
            "--udp-port",
            "0"};
        command.insert(command.end(), more_.begin(), more_.end());
        process.reset();
        process.emplace(command, directory.file("out"));
        INFO(process->output());
        REQUIRE(process->prints("\nready\n"));
    }

    /// What it printed after a word: "agent 127.0.0.1:8888/3".
    std::string said(const std::string& word) const {
        const auto output = '\n' + process->output();
        const auto begin = output.find('\n' + word + ' ') + word.size() + 2;
        return output.substr(begin, output.find('\n', begin) - begin);
    }
    std::string agent() const { return said("agent"); }
    std::string store() const { return said("store"); }

    TempDir directory;
    std::optional<Subprocess> process;

private:
    std::vector<std::string> more_;
};

}  // namespace lars::test
