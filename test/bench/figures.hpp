#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lars::bench {

struct Settings {
    bool quick = false;
    bool json = false;
    std::map<std::string, int> numbers;  // by flag, those that were said
    std::map<std::string, std::string> texts;
    std::set<std::string> switches;

    int number(const std::string& flag, int otherwise) const;
    std::string text(const std::string& flag, const std::string& otherwise) const;
};
/// Flags are --quick, --json and, with a number above 0 behind each, those of `number_flags`, and,
/// with anything behind each, those of `text_flags`, and, with nothing behind, those of `switches`;
/// exits with status 2 on others.
Settings parse_settings(
    int argc,
    char** argv,
    const std::vector<std::string>& number_flags = {},
    const std::vector<std::string>& text_flags = {},
    const std::vector<std::string>& switches = {}
);

/// The main() of a benchmark: runs it, and says on standard error why it failed.
int run_benchmark(const std::string& name, const std::function<int()>& body);

/// The least sample that at least this share of all aren't above.
double quantile(std::vector<double> samples, double share);

double median(std::vector<double> samples);

/// Samples under a key, of which the median and the spread are told.
class Figures {
public:
    explicit Figures(std::string name) : name_(std::move(name)) {}
    void add(const std::string& key, double sample) { samples_[key].push_back(sample); }
    /// A table for people, and with --json a last line for programs.
    void print(const Settings& settings) const;
    /// The line for programs alone, with the least and the most among the figures too, as key_min
    /// and key_max.
    void print_json_with_ranges() const;

private:
    std::string name_;
    std::map<std::string, std::vector<double>> samples_;
};

/// What this runs on, in one line.
std::string machine();

/// CPU time of the calling thread, in microseconds.
double thread_cpu_us();

}  // namespace lars::bench
