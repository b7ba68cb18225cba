#include "app/option_set.hpp"

#include <boost/program_options.hpp>

#include <cctype>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>

#ifndef LARS_VERSION
#define LARS_VERSION "unknown"
#endif

namespace lars::app {
namespace {

namespace po = boost::program_options;

std::string quoted(const std::string& value) {
    return '\'' + value + '\'';
}

// The original's files misspell one section.
std::string canonical_section(const std::string& section) {
    return section == "repoter" ? "reporter" : section;
}

}  // namespace

OptionSet::Option& OptionSet::Option::key(std::string section, std::string name) {
    keys_.emplace_back(std::move(section), std::move(name));
    return *this;
}

OptionSet::Option& OptionSet::Option::secret() {
    is_secret_ = true;
    return *this;
}

OptionSet::Option& OptionSet::Option::note(bool& given) {
    given_ = &given;
    return *this;
}

OptionSet::Option& OptionSet::Option::live() {
    is_live_ = true;
    return *this;
}

OptionSet::OptionSet(std::string program, std::string environment_prefix, std::string summary)
    : program_(std::move(program)),
      prefix_(std::move(environment_prefix)),
      summary_(std::move(summary)) {}

OptionSet::Option& OptionSet::custom(
    const std::string& flag,
    std::function<void(const std::string&)> assign,
    std::function<std::string()> print,
    const std::string& help
) {
    auto& option = *options_.emplace_back(std::make_unique<Option>());
    option.flag_ = flag;
    option.help_ = help;
    option.assign_ = std::move(assign);
    option.print_ = std::move(print);
    return option;
}

OptionSet::Option& OptionSet::number(
    const std::string& flag,
    std::uint32_t& target,
    Range<std::uint32_t> range,
    const std::string& help
) {
    return custom(
        flag,
        [&target, range](const auto& text) { target = parse_number(text, range); },
        [&target] { return std::to_string(target); },
        help
    );
}

OptionSet::Option& OptionSet::real(
    const std::string& flag, double& target, Range<double> range, const std::string& help
) {
    return custom(
        flag,
        [&target, range](const auto& text) { target = parse_real(text, range); },
        [&target] { return format_real(target); },
        help
    );
}

OptionSet::Option& OptionSet::duration(
    const std::string& flag,
    std::chrono::milliseconds& target,
    Range<std::chrono::milliseconds> range,
    const std::string& help,
    std::optional<std::chrono::milliseconds> bare_unit
) {
    return custom(
        flag,
        [&target, range, bare_unit](const auto& text) {
            target = parse_duration(text, range, bare_unit);
        },
        [&target] { return format_duration(target); },
        help
    );
}

OptionSet::Option& OptionSet::text(
    const std::string& flag, std::string& target, const std::string& help
) {
    return custom(
        flag, [&target](const auto& text) { target = text; }, [&target] { return target; }, help
    );
}

OptionSet::Option& OptionSet::listen(
    const std::string& flag, Endpoint& target, const std::string& help
) {
    return custom(
        flag,
        [&target](const auto& text) { target = parse_listen(text); },
        [&target] { return to_string(target); },
        help
    );
}

OptionSet::Option& OptionSet::file_only(
    const std::string& name, std::function<void(const std::string&)> assign
) {
    auto& option = custom(
        name, std::move(assign), [] { return std::string(); }, ""
    );
    option.in_file_only_ = true;
    return option;
}

void OptionSet::ignore(const std::string& section, const std::string& key) {
    ignored_.emplace(section, key);
}

void OptionSet::check(std::function<void()> check) {
    checks_.push_back(std::move(check));
}

OptionSet::Option* OptionSet::by_key(const std::string& section, const std::string& key) {
    for (const auto& option : options_) {
        for (const auto& each : option->keys_) {
            if (each.first == section && each.second == key) return option.get();
        }
    }
    return nullptr;
}

std::string OptionSet::variable_of(const Option& option) const {
    auto name = prefix_ + '_';
    for (const char c : option.flag_) {
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

void OptionSet::assign(Option& option, const std::string& value, const std::string& where) {
    try {
        option.assign_(value);
        if (option.given_) *option.given_ = true;
    } catch (const std::invalid_argument& allowed) {
        const auto shown = option.is_secret_ ? "its value" : quoted(value);
        throw ConfigError(where + ": " + shown + " is not " + allowed.what());
    }
}

void OptionSet::read_file(const std::string& path) {
    std::map<const Option*, int> seen;
    for (const auto& entry : read_ini(path)) {
        const auto section = canonical_section(entry.section);
        const auto where =
            path + ':' + std::to_string(entry.line) + ": [" + entry.section + "] " + entry.key;
        auto* option = by_key(section, entry.key);
        if (!option) {
            if (ignored_.contains({section, entry.key})) continue;
            throw ConfigError(where + ": unknown key; " + program_ + " --help lists them");
        }
        if (const auto [first, fresh] = seen.emplace(option, entry.line); !fresh) {
            throw ConfigError(where + ": already set in line " + std::to_string(first->second));
        }
        assign(*option, entry.value, where);
    }
}

void OptionSet::read_environment() {
    for (const auto& option : options_) {
        if (option->in_file_only_) continue;
        const auto name = variable_of(*option);
        if (const auto* value = std::getenv(name.c_str())) assign(*option, value, name);
    }
}

OptionSet::Outcome OptionSet::parse(int argc, const char* const* argv) {
    po::options_description flags;
    flags.add_options(
    )("help,h", "")("version", "")("check-config", "")("config", po::value<std::string>());
    for (const auto& option : options_) {
        if (option->in_file_only_) continue;
        flags.add_options()(option->flag_.c_str(), po::value<std::string>());
    }
    po::variables_map given;
    try {
        const auto style =
            po::command_line_style::unix_style & ~(po::command_line_style::allow_guessing);
        const po::positional_options_description none;
        po::store(
            po::command_line_parser(argc, argv).options(flags).positional(none).style(style).run(),
            given
        );
    } catch (const po::error& error) {
        throw ConfigError(std::string(error.what()) + "; try " + program_ + " --help");
    }
    if (given.contains("help")) {
        std::cout << help();
        return Outcome::exit;
    }
    if (given.contains("version")) {
        std::cout << program_ << ' ' << LARS_VERSION << '\n';
        return Outcome::exit;
    }
    if (given.contains("config")) read_file(given["config"].as<std::string>());
    read_environment();
    for (const auto& option : options_) {
        if (option->in_file_only_ || !given.contains(option->flag_)) continue;
        assign(*option, given[option->flag_].as<std::string>(), "--" + option->flag_);
    }
    for (const auto& check : checks_) check();
    if (!given.contains("check-config")) return Outcome::run;
    print_all();
    return Outcome::exit;
}

std::vector<OptionSet::Value> OptionSet::values() const {
    std::vector<Value> values;
    for (const auto& option : options_) {
        values.push_back({option->flag_, option->print_(), option->is_secret_, option->is_live_});
    }
    return values;
}

void OptionSet::print_all() const {
    for (const auto& value : values()) {
        std::cout << value.flag << " = " << (value.is_secret ? "(not shown)" : value.text) << '\n';
    }
}

std::string OptionSet::help() const {
    std::string text = "Usage: " + program_ + " [options]\n" + summary_ + "\n\nOptions:\n";
    const auto line = [&text](std::string left, const std::string& right) {
        left.resize(std::max<std::size_t>(left.size() + 2, 34), ' ');
        text += "  " + left + right + '\n';
    };
    bool any_live = false;
    for (const auto& option : options_) {
        const auto value = option->is_secret_ ? std::string() : option->print_();
        auto description = option->help_ + (value.empty() ? "" : " [" + value + ']');
        if (option->is_live_) description += " *";
        any_live = any_live || option->is_live_;
        line("--" + option->flag_ + " ARG", description);
        for (const auto& [section, key] : option->keys_) {
            line("", "in the file: [" + section + "] " + key);
        }
    }
    line("--config FILE", "read options from this INI file");
    line("--check-config", "print the options in force, and exit");
    line("--help", "print this, and exit");
    line("--version", "print the version, and exit");
    text += "\nEach option is also read from the environment: --" + options_.front()->flag_ +
            " as " + variable_of(*options_.front()) +
            ".\nDefault, file, environment, flag: the later wins.\n";
    if (any_live) {
        text +=
            "At SIGHUP all are read again: those marked * count from then on, the others from the "
            "next start.\n";
    }
    return text;
}

}  // namespace lars::app
