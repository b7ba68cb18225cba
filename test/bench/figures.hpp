#pragma once

#include <map>
#include <string>
#include <vector>

namespace lars::bench {

struct Settings {
    bool quick = false;
    bool json = false;
};
/// Exits with status 2 on flags other than --quick and --json.
Settings parse_settings(int argc, char** argv);

/// Samples under a key, of which the median and the spread are told.
class Figures {
public:
    explicit Figures(std::string name) : name_(std::move(name)) {}
    void add(const std::string& key, double sample) { samples_[key].push_back(sample); }
    /// A table for people, and with --json a last line for programs.
    void print(const Settings& settings) const;

private:
    std::string name_;
    std::map<std::string, std::vector<double>> samples_;
};

/// CPU time of the calling thread, in microseconds.
double thread_cpu_us();

}  // namespace lars::bench
