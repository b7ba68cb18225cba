#include "figures.hpp"

#include <boost/json.hpp>
#include <sys/utsname.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

namespace lars::bench {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(
    const std::string& flag,
    const std::vector<std::string>& number_flags,
    const std::vector<std::string>& text_flags,
    const std::vector<std::string>& switches
) {
    std::cerr << "cannot use " << flag << "; flags are --quick, --json";
    for (const auto& each : switches) std::cerr << ", " << each;
    for (const auto& each : number_flags) std::cerr << ", " << each << " NUMBER";
    for (const auto& each : text_flags) std::cerr << ", " << each << " TEXT";
    std::cerr << '\n';
    std::exit(2);
}

}  // namespace

int Settings::number(const std::string& flag, int otherwise) const {
    const auto said = numbers.find(flag);
    return said == numbers.end() ? otherwise : said->second;
}

std::string Settings::text(const std::string& flag, const std::string& otherwise) const {
    const auto said = texts.find(flag);
    return said == texts.end() ? otherwise : said->second;
}

Settings parse_settings(
    int argc,
    char** argv,
    const std::vector<std::string>& number_flags,
    const std::vector<std::string>& text_flags,
    const std::vector<std::string>& switches
) {
    const auto among = [](const std::vector<std::string>& flags, const std::string& flag) {
        return std::find(flags.begin(), flags.end(), flag) != flags.end();
    };
    Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string flag = argv[i];
        const bool more = i + 1 < argc;
        if (flag == "--quick") {
            settings.quick = true;
        } else if (flag == "--json") {
            settings.json = true;
        } else if (among(number_flags, flag) && more && std::atoi(argv[i + 1]) > 0) {
            settings.numbers[flag] = std::atoi(argv[++i]);
        } else if (among(text_flags, flag) && more) {
            settings.texts[flag] = argv[++i];
        } else if (among(switches, flag)) {
            settings.switches.insert(flag);
        } else {
            refuse(flag, number_flags, text_flags, switches);
        }
    }
    return settings;
}

double median(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    const auto middle = samples.size() / 2;
    return samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
}

double quantile(std::vector<double> samples, double share) {
    std::sort(samples.begin(), samples.end());
    const auto rank = std::ceil(share * static_cast<double>(samples.size()));
    return samples.at(static_cast<std::size_t>(std::max(rank, 1.0)) - 1);
}

void Figures::print(const Settings& settings) const {
    json::object figures;
    json::object spread;
    std::printf("%-32s %10s   %s\n", "", "median", "least to most");
    for (const auto& [key, samples] : samples_) {
        const auto [min, max] = std::minmax_element(samples.begin(), samples.end());
        std::printf(
            "%-32s %10.2f   %.2f to %.2f (%zu samples)\n",
            key.c_str(),
            median(samples),
            *min,
            *max,
            samples.size()
        );
        figures[key] = median(samples);
        spread[key] = json::array{*min, *max};
    }
    std::printf("%s\n", machine().c_str());
    std::fflush(stdout);
    if (!settings.json) return;
    const json::object all{
        {"bench", name_}, {"figures", figures}, {"spread", spread}, {"machine", machine()}};
    std::cout << json::serialize(all) << '\n';
}

void Figures::print_json_with_ranges() const {
    json::object figures;
    for (const auto& [key, samples] : samples_) {
        const auto [min, max] = std::minmax_element(samples.begin(), samples.end());
        figures[key] = median(samples);
        figures[key + "_min"] = *min;
        figures[key + "_max"] = *max;
    }
    const json::object all{{"bench", name_}, {"figures", figures}, {"machine", machine()}};
    std::cout << json::serialize(all) << std::endl;
}

int run_benchmark(const std::string& name, const std::function<int()>& body) {
    try {
        return body();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
        return 1;
    }
}

std::string machine() {
    std::string model = "unknown CPU";
    std::ifstream cpus("/proc/cpuinfo");
    for (std::string line; std::getline(cpus, line);) {
        if (line.starts_with("model name")) model = line.substr(line.find(':') + 2);
    }
    utsname system{};
    ::uname(&system);
    return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, " +
           system.sysname + ' ' + system.release;
}

double thread_cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e6 + double(now.tv_nsec) / 1e3;
}

}  // namespace lars::bench
