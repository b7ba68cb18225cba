#include "cli/arguments.hpp"

#include "base/module_name.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <limits>
#include <stdexcept>

namespace lars::cli {

namespace po = boost::program_options;

namespace {

constexpr app::Range<std::uint32_t> kIds{0, std::numeric_limits<std::int32_t>::max()};

/// `assign` throws std::invalid_argument with what is allowed.
po::value_semantic* assigned_by(std::function<void(const std::string&)> assign) {
    return po::value<std::string>()->notifier(std::move(assign));
}

// Else it would be a flag that doesn't exist, and nobody would read what is wrong with the number.
std::vector<po::option> read_negative_number(std::vector<std::string>& arguments) {
    const auto& text = arguments.front();
    if (text.size() < 2 || text[0] != '-' || text[1] < '0' || text[1] > '9') return {};
    po::option word;
    word.value.push_back(text);
    word.original_tokens.push_back(text);
    arguments.erase(arguments.begin());
    return {word};
}

}  // namespace

Arguments::Arguments(std::string command, std::string words, std::string summary)
    : command_(std::move(command)),
      usage_("Usage: lars " + command_ + " [options]" + (words.empty() ? "" : ' ' + words)),
      summary_(std::move(summary)) {
    flags_.add_options()("help,h", "print this, and exit");
}

bool Arguments::parse(const std::vector<std::string>& arguments, std::size_t min, std::size_t max) {
    po::options_description all;
    all.add(flags_).add_options()("word", po::value<std::vector<std::string>>());
    po::positional_options_description positions;
    positions.add("word", -1);
    try {
        const auto style =
            po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        auto parser = po::command_line_parser(arguments).options(all).positional(positions);
        parser.style(style).extra_style_parser(read_negative_number);
        po::store(parser.run(), given_);
        if (given_.contains("help")) {
            std::cout << usage_ << '\n' << summary_ << "\n\n" << flags_;
            return false;
        }
        if (given("word")) words_ = given_["word"].as<std::vector<std::string>>();
        assign_flags();
    } catch (const po::error& error) {
        throw UsageError(std::string(error.what()) + "; try lars " + command_ + " --help");
    }
    check_words(min, max);
    return true;
}

bool Arguments::parse_module(
    const std::vector<std::string>& arguments, std::size_t min, std::size_t max, Presence presence
) {
    if (!parse(arguments, 0, kAnyNumber)) return false;
    if (words_.empty()) {
        if (presence == Presence::required) check_words(1, kAnyNumber);
        return true;
    }
    module_ = take_module();
    check_words(min, max);
    return true;
}

ModuleWord Arguments::take_module() {
    ModuleWord module;
    if (looks_like_id(words_.front())) {
        module.id = this->module();
        words_.erase(words_.begin(), words_.begin() + 2);
        return module;
    }
    const auto why = why_no_name(words_.front());
    if (!why.empty()) {
        throw UsageError(
            "'" + words_.front() + "' is neither MODID CMDID nor a name: " + std::string(why)
        );
    }
    module.name = words_.front();
    words_.erase(words_.begin());
    return module;
}

// What po::notify does, but a value that is refused is told with its flag.
void Arguments::assign_flags() {
    for (const auto& [name, value] : given_) {
        const auto* flag = flags_.find_nothrow(name, false);
        if (!flag) continue;  // the words
        try {
            flag->semantic()->notify(value.value());
        } catch (const std::invalid_argument& allowed) {
            throw UsageError(
                "--" + name + " '" + value.as<std::string>() + "' is not " + allowed.what()
            );
        }
    }
}

void Arguments::check_words(std::size_t min, std::size_t max) const {
    if (words_.size() < min) throw UsageError("something is missing\n" + usage_);
    if (words_.size() > max) throw UsageError("'" + words_[max] + "' is too much\n" + usage_);
}

bool looks_like_id(const std::string& word) {
    const auto digits = std::string_view(word).substr(word.starts_with('-') ? 1 : 0);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !digits.empty() && std::ranges::all_of(digits, digit);
}

std::int32_t parse_id(const std::string& text, const std::string& what) {
    try {
        return static_cast<std::int32_t>(app::parse_number(text, kIds));
    } catch (const std::invalid_argument& allowed) {
        throw UsageError(what + " '" + text + "' is not " + allowed.what());
    }
}

ModuleId Arguments::module() const {
    if (words_.size() < 2) throw UsageError("MODID and CMDID go together\n" + usage_);
    return {parse_id(words_.at(0), "MODID"), parse_id(words_.at(1), "CMDID")};
}

Endpoint Arguments::endpoint(std::size_t word) const {
    const auto& text = words_.at(word);
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) throw UsageError("'" + text + "' is not IP:PORT, such as 10.0.0.1:80");
    const auto why = why_uncallable(*endpoint);
    if (!why.empty()) {
        throw UsageError("'" + text + "': no node has this address: " + std::string(why));
    }
    return *endpoint;
}

std::uint32_t Arguments::weight(std::size_t word) const {
    try {
        return app::parse_number(words_.at(word), kWeights);
    } catch (const std::invalid_argument& allowed) {
        throw UsageError("weight '" + words_.at(word) + "' is not " + allowed.what());
    }
}

po::value_semantic* number(std::uint32_t& target, app::Range<std::uint32_t> range) {
    return assigned_by([&target, range](const std::string& text) {
        target = app::parse_number(text, range);
    });
}

po::value_semantic* real(double& target, app::Range<double> range) {
    return assigned_by([&target, range](const std::string& text) {
        target = app::parse_real(text, range);
    });
}

po::value_semantic* duration(
    std::chrono::milliseconds& target, app::Range<std::chrono::milliseconds> range
) {
    return assigned_by([&target, range](const std::string& text) {
        target = app::parse_duration(text, range, {});
    });
}

po::value_semantic* id(std::int32_t& target) {
    return assigned_by([&target](const std::string& text) {
        target = static_cast<std::int32_t>(app::parse_number(text, kIds));
    });
}

}  // namespace lars::cli
