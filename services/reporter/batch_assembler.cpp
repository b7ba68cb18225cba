#include "reporter/batch_assembler.hpp"

#include "wire/module.hpp"

#include <algorithm>
#include <utility>

namespace lars::reporter {
namespace {

// A snapshot is sent when it is made, so its time is that of its agent's clock or wrong.
constexpr auto kSnapshotTolerance = std::chrono::seconds(60);

Report report_of(const wire::ReportHeader& header, store::UnixTime frozen) {
    return {
        .batch = {.instance = header.instance, .sequence = header.sequence, .rows = {}},
        .overloads = {},
        .caller = header.caller,
        .timestamp = static_cast<std::uint32_t>(store::to_number(frozen)),
    };
}

}  // namespace

BatchAssembler::Progress BatchAssembler::add(
    const ReportStatusRequest& request, store::UnixTime now
) {
    const auto header = wire::header_from_wire(request);
    if (!header) {
        refuse_(Errc::undecodable_body);
        return Progress::part;
    }
    if (!open_ || !belongs(*header)) {
        discard();
        frozen_ = time_of(*header, now);
        report_ = report_of(*header, frozen_);
        refused_ = false;
    }
    open_ = !report_.snapshot() && request.more();
    if (!refused_ && !add_rows(request)) {
        refused_ = true;
        budget_.release(std::exchange(reserved_, 0));
        report_.batch.rows = {};
        report_.overloads = {};
    }
    if (open_) return Progress::part;
    if (!report_.snapshot()) clock_.received(report_.batch.sequence, now);
    return refused_ ? Progress::over_budget : Progress::whole;
}

Report BatchAssembler::take() {
    reserved_ = 0;
    return std::exchange(report_, {});
}

bool BatchAssembler::belongs(const wire::ReportHeader& header) const {
    return header.sequence == report_.batch.sequence && header.instance == report_.batch.instance;
}

store::UnixTime BatchAssembler::time_of(const wire::ReportHeader& header, store::UnixTime now) {
    const store::UnixTime stated{std::chrono::seconds(header.timestamp)};
    if (header.snapshot()) {
        return std::chrono::abs(stated - now) <= kSnapshotTolerance ? std::min(stated, now) : now;
    }
    const auto frozen = clock_.frozen(header.sequence, stated, now);
    return frozen >= now - oldest_ ? frozen : now;
}

bool BatchAssembler::add_rows(const ReportStatusRequest& request) {
    const auto module = wire::module_of(request);
    if (!module.valid()) {
        refuse_(Errc::negative_module);
        return true;
    }
    const auto count = static_cast<std::size_t>(request.results_size());
    if (!budget_.reserve(count)) return false;
    reserved_ += count;
    for (const auto& each : request.results()) {
        const auto result = wire::call_result_from_wire(each);
        if (!result) {
            refuse_(Errc::bad_endpoint);
            continue;
        }
        report_.batch.rows.push_back({module, result->endpoint, frozen_, result->sums});
        report_.overloads.push_back(result->overload);
    }
    const auto refused = reserved_ - report_.size();
    budget_.release(refused);
    reserved_ -= refused;
    return true;
}

void BatchAssembler::discard() {
    budget_.release(std::exchange(reserved_, 0));
    report_ = {};
    open_ = false;
}

}  // namespace lars::reporter
