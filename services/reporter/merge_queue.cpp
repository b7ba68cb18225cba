#include "reporter/merge_queue.hpp"

#include <algorithm>
#include <limits>

namespace lars::reporter {
namespace {

// An agent's progress is forgotten when this many others have come since: far above any fleet.
constexpr std::size_t kMostInstances = 100'000;

std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{a} + b, UINT32_MAX));
}

std::optional<Endpoint> endpoint_of(const HostCallResult& result) {
    const bool good = result.port() >= 1 && result.port() <= 65'535 && result.address().empty();
    if (!good) return {};  // the table holds IPv4 addresses only
    const auto port = static_cast<std::uint16_t>(result.port());
    return Endpoint::from_ipv4(static_cast<std::uint32_t>(result.ip()), port);
}

}  // namespace

Report check(const ReportStatusRequest& request, const std::function<void(Errc)>& refuse) {
    Report report;
    if (request.instance().size() == report.instance.size()) {
        report.sequence = request.seq();
        std::copy(request.instance().begin(), request.instance().end(), report.instance.begin());
    }
    report.more = request.more();
    const ModuleId module{request.modid(), request.cmdid()};
    if (!module.valid()) {
        refuse(Errc::negative_module);
        return report;
    }
    for (const auto& result : request.results()) {
        const auto endpoint = endpoint_of(result);
        if (!endpoint) {
            refuse(Errc::bad_endpoint);
            continue;
        }
        report.rows.push_back({
            .module = module,
            .endpoint = *endpoint,
            .caller = static_cast<std::uint32_t>(request.caller()),
            .successes = result.succ(),
            .failures = result.err(),
            .timestamp = request.ts(),
            .overload = result.overload(),
        });
    }
    return report;
}

std::size_t MergeQueue::put(const Report& report) {
    if (report.sequence != 0 && seen(report)) return 0;
    std::size_t refused = 0;
    for (const auto& row : report.rows) {
        const Key key(row.module, row.endpoint, row.caller);
        const auto found = rows_.find(key);
        if (found == rows_.end()) {
            if (rows_.size() >= max_rows_) {
                ++refused;
            } else {
                rows_.emplace(key, row);
            }
            continue;
        }
        const auto before = std::exchange(found->second, row);
        if (report.sequence == 0) continue;
        found->second.successes = sum(before.successes, row.successes);
        found->second.failures = sum(before.failures, row.failures);
    }
    return refused;
}

bool MergeQueue::seen(const Report& report) {
    if (!complete_.contains(report.instance) && complete_.size() >= kMostInstances) {
        complete_.erase(complete_.begin());
    }
    auto& complete = complete_[report.instance];
    if (report.sequence <= complete) return true;
    if (!report.more) complete = report.sequence;
    return false;
}

std::vector<store::StatusRow> MergeQueue::take() {
    std::vector<store::StatusRow> rows;
    rows.reserve(rows_.size());
    for (auto& [key, row] : rows_) rows.push_back(row);
    rows_.clear();
    return rows;
}

std::size_t MergeQueue::put_back(std::vector<store::StatusRow> rows) {
    std::size_t refused = 0;
    for (const auto& row : rows) {
        const Key key(row.module, row.endpoint, row.caller);
        if (rows_.size() < max_rows_) {
            rows_.emplace(key, row);
        } else if (!rows_.contains(key)) {
            ++refused;
        }
    }
    return refused;
}

}  // namespace lars::reporter
