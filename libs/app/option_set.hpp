#pragma once

#include "app/config_error.hpp"
#include "app/ini.hpp"
#include "app/value.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lars::app {

/// The options of one program, each described once: from its flag follow the environment variable
/// (`--udp-port` is LARS_AGENTD_UDP_PORT) and the key of the configuration file.
///
///     OptionSet options("lars-agent", "LARS_AGENTD", "Answers get_host on this host.");
///     options.number("shards", shards, {1, 64}, "UDP ports in a row").key("agent", "shards");
///     if (options.parse(argc, argv) == OptionSet::Outcome::exit) return 0;
///
/// In rising order: default (what the variable holds), configuration file, environment, flag.
class OptionSet {
public:
    /// One option under description.
    class Option {
    public:
        /// Adds a key of the configuration file that sets it.
        Option& key(std::string section, std::string name);
        /// Its value is never printed.
        Option& secret();
        /// Sets `given` to true when the option is given a value, wherever that stands.
        Option& note(bool& given);
        /// Its program takes another value over while it runs, when the options are read again.
        Option& live();

    private:
        friend class OptionSet;
        std::string flag_;
        std::string help_;
        std::function<void(const std::string&)> assign_;
        std::function<std::string()> print_;
        std::vector<std::pair<std::string, std::string>> keys_;
        bool* given_ = nullptr;
        bool is_secret_ = false;
        bool is_live_ = false;
        bool in_file_only_ = false;
    };

    /// One option's value in force, as --check-config prints it.
    struct Value {
        std::string flag;
        std::string text;  ///< of a secret too: only to be compared
        bool is_secret = false;
        bool is_live = false;
    };

    /// Whether the program is to go on.
    enum class Outcome { run, exit };

    /// `summary` is a sentence for --help.
    OptionSet(std::string program, std::string environment_prefix, std::string summary);

    Option& number(
        const std::string& flag,
        std::uint32_t& target,
        Range<std::uint32_t> range,
        const std::string& help
    );
    Option& real(
        const std::string& flag, double& target, Range<double> range, const std::string& help
    );
    /// `bare_unit`: what a number without a unit counts in; the original's files have seconds.
    Option& duration(
        const std::string& flag,
        std::chrono::milliseconds& target,
        Range<std::chrono::milliseconds> range,
        const std::string& help,
        std::optional<std::chrono::milliseconds> bare_unit = {}
    );
    Option& text(const std::string& flag, std::string& target, const std::string& help);
    /// IP:PORT, port 0 for any free one.
    Option& listen(const std::string& flag, Endpoint& target, const std::string& help);
    /// Any other type: `assign` throws std::invalid_argument with what is allowed.
    Option& custom(
        const std::string& flag,
        std::function<void(const std::string&)> assign,
        std::function<std::string()> print,
        const std::string& help
    );
    /// Only from the file, as a secret must not stand in argv.
    Option& file_only(const std::string& name, std::function<void(const std::string&)> assign);
    /// A key of the original's files that has no meaning here, and is accepted.
    void ignore(const std::string& section, const std::string& key);
    /// What no option shows by itself: `check` throws ConfigError when their values don't fit
    /// together, and may complete the targets. Runs after each reading, for --check-config too.
    void check(std::function<void()> check);

    /// Reads flags, --config FILE and the environment into the targets. `exit` after --help,
    /// --version or --check-config, which have printed what they should. Throws ConfigError.
    Outcome parse(int argc, const char* const* argv);

    std::string help() const;
    const std::string& program() const { return program_; }
    std::vector<Value> values() const;

private:
    Option* by_key(const std::string& section, const std::string& key);
    void read_file(const std::string& path);
    void read_environment();
    void assign(Option& option, const std::string& value, const std::string& where);
    std::string variable_of(const Option& option) const;
    void print_all() const;

    std::string program_;
    std::string prefix_;
    std::string summary_;
    std::vector<std::unique_ptr<Option>> options_;
    std::set<std::pair<std::string, std::string>> ignored_;
    std::vector<std::function<void()>> checks_;
};

}  // namespace lars::app
