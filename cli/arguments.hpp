#pragma once

#include "app/value.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"
#include "cli/errors.hpp"

#include <boost/program_options.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lars::cli {

inline constexpr app::Range<std::uint32_t> kWeights{0, kMaxWeight};

/// A module as a command line names it: by its ids, or by a name.
struct ModuleWord {
    std::optional<ModuleId> id;
    std::string name;  ///< if there is no id

    /// "1/1", or the name.
    std::string text() const { return id ? to_string(*id) : name; }
};

/// The command line of one command: flags, and words without a flag.
class Arguments {
public:
    /// `words` and `summary` are for --help: "MODID CMDID".
    Arguments(std::string command, std::string words, std::string summary);

    boost::program_options::options_description_easy_init flags() { return flags_.add_options(); }

    /// Reads what stands after the command's name: from `min` to `max` words, and flags. A negative
    /// number is a word. False when --help was asked for and printed. Throws UsageError.
    bool parse(const std::vector<std::string>& arguments, std::size_t min, std::size_t max);

    /// The same, where the first words are a module: MODID CMDID, or a name. `min` and `max` are of
    /// the words after it, which are then those that words() answers. With Presence::optional there
    /// may be no words at all.
    enum class Presence { required, optional };
    bool parse_module(
        const std::vector<std::string>& arguments,
        std::size_t min,
        std::size_t max,
        Presence presence = Presence::required
    );
    /// What parse_module has read. None: there were no words.
    const std::optional<ModuleWord>& module_word() const { return module_; }

    const std::vector<std::string>& words() const { return words_; }
    bool given(const std::string& flag) const { return given_.contains(flag); }

    /// The first two words. Throws UsageError.
    ModuleId module() const;
    /// "10.0.0.1:80". Throws UsageError.
    Endpoint endpoint(std::size_t word) const;
    /// Throws UsageError.
    std::uint32_t weight(std::size_t word) const;

private:
    void assign_flags();
    void check_words(std::size_t min, std::size_t max) const;
    ModuleWord take_module();

    std::string command_;
    std::string usage_;
    std::string summary_;
    boost::program_options::options_description flags_{"Options"};
    boost::program_options::variables_map given_;
    std::vector<std::string> words_;
    std::optional<ModuleWord> module_;
};

// Values of flags. Program_options itself would take -1 for 4294967295.
boost::program_options::value_semantic* number(
    std::uint32_t& target, app::Range<std::uint32_t> range
);
boost::program_options::value_semantic* real(double& target, app::Range<double> range);
/// "200ms", "15s", "2m", "1h".
boost::program_options::value_semantic* duration(
    std::chrono::milliseconds& target, app::Range<std::chrono::milliseconds> range
);
/// A modid or cmdid.
boost::program_options::value_semantic* id(std::int32_t& target);

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

/// Whether a word begins as an id does, so that another one follows it.
bool looks_like_id(const std::string& word);

/// A number from 0 to 2147483647; `what` is its name. Throws UsageError.
std::int32_t parse_id(const std::string& text, const std::string& what);

}  // namespace lars::cli
