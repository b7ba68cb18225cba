#include "store/instance_diff.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace lars::store {
namespace {

using Kind = InstanceEvent::Kind;
using Key = std::tuple<OwnerId, ModuleId, Endpoint>;

// RouteAudit.detail's length.
constexpr std::size_t kMaxDetail = 255;

Key key_of(const OwnedRow& row) {
    return row.key();
}

InstanceEvent event_of(const OwnedRow& row, Kind kind) {
    return {kind, row.owner, row.module, row.endpoint, row.reason};
}

Kind kind_of(const OwnedRow& before, const OwnedRow& after) {
    if (before.state == after.state) return Kind::changed;
    if (after.state == InstanceState::failing) return Kind::failed;
    if (after.state == InstanceState::draining) return Kind::drained;
    return before.state == InstanceState::failing ? Kind::passed : Kind::undrained;
}

// The steps of a drain are no news.
bool worth_noting(const OwnedRow& before, const OwnedRow& after) {
    return before.state != after.state || after.state != InstanceState::draining;
}

class Differ {
public:
    explicit Differ(std::vector<PresentOwnedRow> present) {
        for (auto& each : present) {
            const auto key = key_of(each.row);
            const auto [found, first] = present_.try_emplace(key, each);
            if (!first) diff_.removed.push_back(std::move(each));
        }
    }

    void want(const OwnedRow& row) {
        const auto found = present_.find(key_of(row));
        if (found == present_.end()) {
            diff_.added.push_back(row);
            diff_.events.push_back(event_of(row, Kind::registered));
            return;
        }
        auto present = std::move(found->second);
        present_.erase(found);
        if (present.row == row && present.in_route_data == row.in_route_data()) return;
        if (worth_noting(present.row, row)) {
            diff_.events.push_back(event_of(row, kind_of(present.row, row)));
        }
        if (present.in_route_data == row.in_route_data()) {
            diff_.changed.push_back({present.id, present.in_route_data, row});
        } else {
            diff_.added.push_back(row);
            diff_.removed.push_back(std::move(present));
        }
    }

    void withdraw(const OwnedRow& row) {
        const auto found = present_.find(key_of(row));
        if (found == present_.end()) return;
        diff_.events.push_back(event_of(row, Kind::withdrawn));
        diff_.removed.push_back(std::move(found->second));
        present_.erase(found);
    }

    InstanceDiff finish(const WantedRows& wanted) {
        for (auto& [key, each] : present_) {
            if (!wanted.whole.contains(each.row.owner)) continue;
            each.row.reason = wanted.why;
            const auto kind = wanted.expired ? Kind::expired : Kind::withdrawn;
            diff_.events.push_back(event_of(each.row, kind));
            diff_.removed.push_back(std::move(each));
        }
        return std::move(diff_);
    }

private:
    std::map<Key, PresentOwnedRow> present_;
    InstanceDiff diff_;
};

std::string detail_of(const InstanceEvent& first, std::size_t others) {
    auto text = to_string(first.endpoint);
    if (!first.reason.empty()) text += ": " + first.reason;
    const auto more = others == 0 ? "" : " and " + std::to_string(others) + " others";
    return text.substr(0, kMaxDetail - more.size()) + more;
}

}  // namespace

const char* to_string(InstanceEvent::Kind kind) {
    constexpr const char* kNames[]{
        "register", "withdraw", "fail", "pass", "drain", "undrain", "change", "expire"};
    return kNames[static_cast<std::size_t>(kind)];
}

InstanceDiff diff_of(const WantedRows& wanted, std::vector<PresentOwnedRow> present) {
    Differ differ(std::move(present));
    for (const auto& row : wanted.rows) differ.want(row);
    for (const auto& row : wanted.withdrawn) differ.withdraw(row);
    return differ.finish(wanted);
}

std::vector<InstanceAudit> audit_of(std::vector<InstanceEvent> events) {
    const auto group = [](const InstanceEvent& each) {
        return std::tie(each.owner, each.module, each.kind);
    };
    const auto earlier = [&](const InstanceEvent& a, const InstanceEvent& b) {
        return group(a) < group(b);
    };
    std::stable_sort(events.begin(), events.end(), earlier);
    std::vector<InstanceAudit> audit;
    for (auto first = events.begin(); first != events.end();) {
        const auto end = std::find_if(first, events.end(), [&](const InstanceEvent& each) {
            return group(each) != group(*first);
        });
        const auto count = static_cast<std::size_t>(end - first);
        const bool gone = first->kind == Kind::withdrawn || first->kind == Kind::expired;
        const std::uint64_t removed = gone ? count : 0;
        audit.push_back(
            {first->kind, first->owner, first->module, removed, detail_of(*first, count - 1)}
        );
        first = end;
    }
    return audit;
}

}  // namespace lars::store
