#include "metrics/call_metrics.hpp"

#include <spdlog/fmt/fmt.h>

#include <iterator>
#include <vector>

namespace lars::metrics {
namespace {

/// What series of one module or endpoint have in common, and what they show.
struct Labelled {
    std::string labels;
    const CallSums* sums;
};
using Series = std::vector<Labelled>;

double seconds(std::uint64_t us) {
    return static_cast<double>(us) / 1e6;
}

/// Families of one prefix, appended to a text.
class Writer {
public:
    Writer(std::string prefix, std::string& out)
        : prefix_(std::move(prefix)), out_(std::back_inserter(out)) {}

    void calls(const Series& series, const char* help) {
        begin("calls_total", "counter", help);
        for (const auto& each : series) {
            line("calls_total", each.labels + ",result=\"success\"", each.sums->successes);
            line("calls_total", each.labels + ",result=\"failure\"", each.sums->failures);
        }
    }
    void overloaded(const Series& series, const char* help) {
        begin("overloaded_seconds_total", "counter", help);
        for (const auto& [labels, sums] : series) {
            line("overloaded_seconds_total", labels, seconds(1'000 * sums->overloaded_ms));
        }
    }
    void latency_histogram(const Series& series, const char* help) {
        begin("latency_seconds", "histogram", help);
        std::vector<std::string> bounds;
        for (std::size_t i = 0; i + 1 < kLatencyBuckets; ++i) {
            bounds.push_back(fmt::format(",le=\"{}\"", seconds(latency_bound_us(i))));
        }
        for (const auto& [labels, sums] : series) {
            std::uint64_t below = 0;
            for (std::size_t i = 0; i < bounds.size(); ++i) {
                below += sums->buckets[i];
                line("latency_seconds_bucket", labels + bounds[i], below);
            }
            line("latency_seconds_bucket", labels + ",le=\"+Inf\"", sums->timed());
            sum_and_count(labels, *sums);
        }
    }
    void latency_summary(const Series& series, const char* help) {
        begin("latency_seconds", "summary", help);
        for (const auto& [labels, sums] : series) sum_and_count(labels, *sums);
    }
    void count(const char* name, const char* help, std::uint64_t value) {
        begin(name, "counter", help);
        fmt::format_to(out_, "{}_{} {}\n", prefix_, name, value);
    }

private:
    void begin(const char* name, const char* type, const char* help) {
        fmt::format_to(out_, "# HELP {0}_{1} {2}\n# TYPE {0}_{1} {3}\n", prefix_, name, help, type);
    }
    template <class Value>
    void line(const char* name, const std::string& labels, Value value) {
        fmt::format_to(out_, "{}_{}{{{}}} {}\n", prefix_, name, labels, value);
    }
    void sum_and_count(const std::string& labels, const CallSums& sums) {
        line("latency_seconds_sum", labels, seconds(sums.latency_sum_us));
        line("latency_seconds_count", labels, sums.timed());
    }

    std::string prefix_;
    std::back_insert_iterator<std::string> out_;
};

// A name has no character that would have to be escaped.
std::string labels_of(ModuleId module, const CallMetrics::Names& names) {
    auto labels = fmt::format("modid=\"{}\",cmdid=\"{}\"", module.modid, module.cmdid);
    const auto name = names.find(module);
    if (name != names.end()) labels += fmt::format(",service=\"{}\"", name->second);
    return labels;
}

/// Adds to a key's sums; false when the key is new and there is no room for another.
template <class Map, class Key>
bool add_within(Map& map, std::size_t limit, const Key& key, const CallSums& sums) {
    auto found = map.find(key);
    if (found == map.end()) {
        if (map.size() >= limit) return false;
        found = map.try_emplace(key).first;
    }
    found->second += sums;
    return true;
}

}  // namespace

CallMetrics::CallMetrics(std::string prefix, const Limits& limits)
    : prefix_(std::move(prefix)), limits_(limits) {}

void CallMetrics::add(ModuleId module, const Endpoint& endpoint, const CallSums& sums) {
    const std::lock_guard lock(mutex_);
    if (!add_within(sums_.modules, limits_.modules, module, sums)) sums_.other_modules += sums;
    if (limits_.endpoints == 0) return;
    if (!add_within(sums_.endpoints, limits_.endpoints, Key(module, endpoint), sums)) {
        sums_.calls_cut += sums.calls();
    }
}

void CallMetrics::set_names(std::shared_ptr<const Names> names) {
    const std::lock_guard lock(mutex_);
    names_ = std::move(names);
}

std::string CallMetrics::text() const {
    // Copied under the lock, written without it: writing takes milliseconds, copying far less.
    const auto [sums, names] = [this] {
        const std::lock_guard lock(mutex_);
        return std::pair(sums_, names_);
    }();
    std::string out;
    write_modules(sums, *names, out);
    if (limits_.endpoints > 0) write_endpoints(sums, *names, out);
    return out;
}

void CallMetrics::write_modules(const Sums& sums, const Names& names, std::string& out) const {
    Series series;
    for (const auto& [module, each] : sums.modules) {
        series.push_back({labels_of(module, names), &each});
    }
    if (sums.other_modules != CallSums()) {
        series.push_back({R"(modid="other",cmdid="other")", &sums.other_modules});
    }
    Writer writer(prefix_ + "_module", out);
    writer.calls(series, "Calls of a module");
    writer.latency_histogram(series, "Latency of the calls of a module whose callers tell it");
    writer.overloaded(series, "How long callers kept away from endpoints of a module");
}

void CallMetrics::write_endpoints(const Sums& sums, const Names& names, std::string& out) const {
    Series series;
    for (const auto& [key, each] : sums.endpoints) {
        const auto endpoint = to_string(key.second);
        auto labels = labels_of(key.first, names) + fmt::format(",endpoint=\"{}\"", endpoint);
        series.push_back({std::move(labels), &each});
    }
    Writer writer(prefix_ + "_endpoint", out);
    writer.calls(series, "Calls to an endpoint");
    writer.latency_summary(series, "Latency of the calls to an endpoint whose callers tell it");
    writer.overloaded(series, "How long callers kept away from an endpoint");
    writer.count(
        "calls_cut_total", "Calls to endpoints that have no series of their own", sums.calls_cut
    );
}

}  // namespace lars::metrics
