#include "reporter/batch_assembler.hpp"

#include "wire/module.hpp"

#include <utility>

namespace lars::reporter {
namespace {

// How far an agent's clock may be ahead of this one and still be believed.
constexpr auto kMaxAhead = std::chrono::seconds(300);

Report report_of(const wire::ReportHeader& header) {
    return {
        .batch = {.instance = header.instance, .sequence = header.sequence, .rows = {}},
        .overloads = {},
        .caller = header.caller,
        .timestamp = header.timestamp,
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
        report_ = report_of(*header);
        refused_ = false;
    }
    open_ = !report_.snapshot() && request.more();
    if (!refused_ && !add_rows(request, now)) {
        refused_ = true;
        budget_.release(std::exchange(reserved_, 0));
        report_.batch.rows = {};
        report_.overloads = {};
    }
    if (open_) return Progress::part;
    return refused_ ? Progress::over_budget : Progress::whole;
}

Report BatchAssembler::take() {
    reserved_ = 0;
    return std::exchange(report_, {});
}

bool BatchAssembler::belongs(const wire::ReportHeader& header) const {
    return header.sequence == report_.batch.sequence && header.instance == report_.batch.instance;
}

bool BatchAssembler::add_rows(const ReportStatusRequest& request, store::UnixTime now) {
    const auto module = wire::module_of(request);
    if (!module.valid()) {
        refuse_(Errc::negative_module);
        return true;
    }
    const auto count = static_cast<std::size_t>(request.results_size());
    if (!budget_.reserve(count)) return false;
    reserved_ += count;
    const store::UnixTime stated{std::chrono::seconds(request.ts())};
    const bool believed = stated >= now - oldest_ && stated <= now + kMaxAhead;
    for (const auto& each : request.results()) {
        const auto result = wire::call_result_from_wire(each);
        if (!result) {
            refuse_(Errc::bad_endpoint);
            continue;
        }
        const auto start = believed ? stated : now;
        report_.batch.rows.push_back({module, result->endpoint, start, result->sums});
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
