#include "cli/arguments.hpp"

#include <charconv>
#include <functional>
#include <iostream>

namespace lars::cli {

namespace po = boost::program_options;

namespace {

po::value_semantic* assigned_by(std::function<void(const std::string&)> assign) {
    return po::value<std::string>()->notifier([assign =
                                                   std::move(assign)](const std::string& text) {
        try {
            assign(text);
        } catch (const std::invalid_argument& allowed) {
            throw UsageError('\'' + text + "' is not " + allowed.what());
        }
    });
}

}  // namespace

Arguments::Arguments(std::string command, std::string words, std::string summary)
    : command_(std::move(command)),
      usage_("Usage: lars " + command_ + " [options] " + words),
      summary_(std::move(summary)) {
    flags_.add_options()("help,h", "print this, and exit");
}

bool Arguments::parse(const std::vector<std::string>& arguments, std::size_t min, std::size_t max) {
    po::options_description all;
    all.add(flags_).add_options()("word", po::value<std::vector<std::string>>(&words_));
    po::positional_options_description positions;
    positions.add("word", -1);
    try {
        const auto style =
            po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(
            po::command_line_parser(arguments).options(all).positional(positions).style(style).run(
            ),
            given_
        );
        if (given_.contains("help")) {
            std::cout << usage_ << '\n' << summary_ << "\n\n" << flags_;
            return false;
        }
        po::notify(given_);
    } catch (const po::error& error) {
        throw UsageError(std::string(error.what()) + "; try lars " + command_ + " --help");
    }
    if (words_.size() < min || words_.size() > max) {
        throw UsageError("wrong number of words\n" + usage_);
    }
    return true;
}

std::int32_t parse_id(const std::string& text, const std::string& what) {
    std::int32_t value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
        throw UsageError(what + " '" + text + "' is not a number from 0 to 2147483647");
    }
    return value;
}

ModuleId Arguments::module() const {
    if (words_.size() < 2) throw UsageError("MODID and CMDID go together\n" + usage_);
    return {parse_id(words_.at(0), "MODID"), parse_id(words_.at(1), "CMDID")};
}

Endpoint Arguments::endpoint(std::size_t word) const {
    const auto endpoint = parse_endpoint(words_.at(word));
    if (!endpoint)
        throw UsageError("'" + words_.at(word) + "' is not IP:PORT, such as 10.0.0.1:80");
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

po::value_semantic* duration(
    std::chrono::milliseconds& target, app::Range<std::chrono::milliseconds> range
) {
    return assigned_by([&target, range](const std::string& text) {
        target = app::parse_duration(text, range, {});
    });
}

}  // namespace lars::cli
