#pragma once

#include "app/value.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"

#include <boost/program_options.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace lars::cli {

inline constexpr app::Range<std::uint32_t> kWeights{0, kMaxWeight};

/// A command line that makes no sense: exit status 2.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What went wrong while running: exit status 1.
class Failure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The command line of one command: flags, and words without a flag.
class Arguments {
public:
    /// `words` and `summary` are for --help: "MODID CMDID".
    Arguments(std::string command, std::string words, std::string summary);

    boost::program_options::options_description_easy_init flags() { return flags_.add_options(); }

    /// False when --help was asked for and printed. Throws UsageError.
    bool parse(const std::vector<std::string>& arguments, std::size_t min, std::size_t max);

    const std::vector<std::string>& words() const { return words_; }
    bool given(const std::string& flag) const { return given_.contains(flag); }

    /// The first two words. Throws UsageError.
    ModuleId module() const;
    Endpoint endpoint(std::size_t word) const;
    std::uint32_t weight(std::size_t word) const;

private:
    std::string command_;
    std::string usage_;
    std::string summary_;
    boost::program_options::options_description flags_{"Options"};
    boost::program_options::variables_map given_;
    std::vector<std::string> words_;
};

/// The value of a flag; Program_options itself would take -1 for 4294967295.
boost::program_options::value_semantic* number(
    std::uint32_t& target, app::Range<std::uint32_t> range
);

boost::program_options::value_semantic* duration(
    std::chrono::milliseconds& target, app::Range<std::chrono::milliseconds> range
);

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

std::int32_t parse_id(const std::string& text, const std::string& what);

}  // namespace lars::cli
