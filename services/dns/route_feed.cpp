#include "dns/route_feed.hpp"

#include "runtime/sleep.hpp"

#include <algorithm>

namespace lars::dns {
namespace {

constexpr std::uint64_t kRowsPerRange = 2'000;
constexpr std::size_t kRangesAtOnce = 2;
// A look takes at most so much of the time: its length, so many times.
constexpr int kPollShare = 10;
constexpr Clock::duration kMaxSlowed = std::chrono::seconds(1);
constexpr Clock::duration kRestAfter = std::chrono::seconds(10);
constexpr Clock::duration kRestingPoll = std::chrono::milliseconds(50);
constexpr Clock::duration kWholeLook = std::chrono::seconds(1);
constexpr Clock::duration kMinLookGap = std::chrono::milliseconds(3);
constexpr auto kPruneInterval = std::chrono::minutes(10);
// A read takes so long only if the database doesn't answer it.
constexpr auto kUnreadAfter = std::chrono::seconds(10);

const char* why_held(HoldReason reason) {
    switch (reason) {
        case HoldReason::unexplained:
            return "rows went that the change log doesn't say were removed";
        case HoldReason::large:
            return "too many rows were removed at once";
        case HoldReason::other_store:
            return "the routes are from another store than this one";
        case HoldReason::later_version:
            return "the routes are from a later version of this store, as before an older backup "
                   "was restored";
        case HoldReason::empty_store:
            return "this store began without any rows";
        case HoldReason::unknown_host:
            return "no name server has said yet which addresses one of the hosts has";
    }
    return "";
}

std::vector<NameRemoval> removals_of(const std::vector<store::ModuleNames>& names) {
    std::vector<NameRemoval> removals;
    for (const auto& each : names) {
        if (each.removed_at > 0) removals.push_back({each.module, each.removed_at});
    }
    return removals;
}

}  // namespace

RouteFeed::RouteFeed(
    asio::any_io_executor executor,
    const Options& options,
    Publish publish,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      publish_(std::move(publish)),
      log_(log),
      database_(executor, options.store),
      lookups_(
          executor,
          {.servers = options.name_servers},
          [this](const std::vector<ModuleId>& modules) { renew_hosts(modules); },
          metrics,
          log
      ),
      table_(options.guard, &lookups_.table()),
      names_(options.guard),
      errors_(metrics.counter("lars_dns_store_errors_total", "Failed reads of the store")),
      repairs_(metrics.counter(
          "lars_dns_feed_missed_total", "Changed modules that only the comparison found"
      )),
      skipped_(metrics.counter(
          "lars_dns_rows_skipped_total",
          "Rows with an id, address, port or host that can't be served, at each read"
      )),
      clamped_(metrics.counter(
          "lars_dns_weights_clamped_total", "Rows with a weight out of range, at each read"
      )),
      disregarded_(metrics.counter(
          "lars_dns_attributes_disregarded_total",
          "Rows with a zone or tags that aren't such, and splits, at each read"
      )),
      policies_refused_(metrics.counter(
          "lars_dns_policies_refused_total", "Malformed policies of modules, at each read"
      )),
      comparisons_(
          metrics.counter("lars_dns_comparisons_total", "Times that the whole table was compared")
      ),
      pruned_(metrics.counter("lars_dns_log_pruned_total", "Old entries removed from RouteLog")),
      last_read_(metrics.gauge(
          "lars_dns_last_read_timestamp_seconds", "When the store was last read, since 1970"
      )),
      wake_(executor) {
    const auto gauge = [&metrics](const char* name, const char* help, const auto& value) {
        metrics.gauge(name, help, [&value] { return static_cast<double>(value.load()); });
    };
    gauge("lars_dns_modules", "Modules with a route", modules_);
    gauge("lars_dns_version", "RouteVersion last read", version_);
    gauge("lars_dns_held_modules", "Modules that stay as they were, in spite of the store", held_);
    gauge("lars_dns_names", "Names and aliases that stand for a module", names_known_);
    gauge(
        "lars_dns_held_names",
        "Names that stand for what they did, in spite of the store",
        names_held_
    );
    for (const auto reason :
         {HoldReason::unexplained,
          HoldReason::other_store,
          HoldReason::later_version,
          HoldReason::empty_store,
          HoldReason::unknown_host}) {
        const auto& routes = held_routes_[static_cast<std::size_t>(reason)];
        metrics.gauge(
            "lars_dns_held_routes",
            "Routes of agents that aren't answered, since the store may be wrong",
            [&routes] { return static_cast<double>(routes.load()); },
            {{"reason", to_string(reason)}}
        );
    }
    gauge(
        "lars_dns_triggers_missing", "1: changes are found by comparison only", triggers_missing_
    );
}

Awaitable<> RouteFeed::run() {
    runtime::Backoff backoff({.first = options_.poll_interval, .max = std::chrono::seconds(2)});
    while (true) {
        auto next = loaded_ ? follow() : begin();
        const auto outcome = co_await std::move(next);
        if (outcome) {
            backoff.reset();
            continue;
        }
        note_failure(outcome.error());
        const auto delay = backoff.next(static_cast<std::uint32_t>(random_()) << 1);
        co_await runtime::sleep_for(executor_, delay);
    }
}

Awaitable<RouteFeed::Outcome> RouteFeed::begin() {
    auto outcome = co_await database_.prepare();
    if (outcome) outcome = co_await check_triggers();
    if (outcome) outcome = co_await load();
    next_comparison_ = Clock::now() + options_.compare_interval;
    // Spread over the interval, so that several dns don't prune at the same moment.
    const auto interval = std::chrono::milliseconds(kPruneInterval);
    next_pruning_ = Clock::now() + std::chrono::milliseconds(random_() % interval.count());
    co_return outcome;
}

Awaitable<RouteFeed::Outcome> RouteFeed::load() {
    auto table = co_await feed_.snapshot();
    if (!table) co_return table.error();
    note_read();
    note_flaws(table->flaws, table->routes);
    const bool again = loaded_;
    const auto before = store::StorePosition{table_.position(), table_.view().identity.id};
    const auto evidence = table_.evidence_for(*table);
    Changed changed;
    changed.name_removals = removals_of(table->names);
    auto names = std::move(table->names);
    changed.routes = table_.load(std::move(*table));
    const auto& view = table_.view();
    changed.names = names_.load(std::move(names), evidence, view.identity.id, view.version);
    log_.info(
        "{} modules and {} names loaded at version {} of store {}",
        table_.size(),
        names_.size(),
        table_.position().version,
        store::store_id_text(table_.view().identity.id)
    );
    if (again) {
        note_reload(before);
        if (reloaded_) reloaded_();
    }
    if (table_.doubtful()) {
        log_.error(
            "rows are missing that no edit removed: no agent is told that a module is gone, until "
            "somebody puts them back, or runs: lars route confirm"
        );
    }
    loaded_ = true;
    publish(std::move(changed), std::chrono::microseconds(0), Extent::whole);
    co_return Outcome();
}

void RouteFeed::note_reload(const store::StorePosition& before) {
    const auto& now = table_.view();
    if (before.store_id == now.identity.id) {
        if (before.position.version <= now.version) {
            log_.info("loaded again: the change log didn't reach back");
            return;
        }
        log_.error(
            "the store went back from version {} to {}, as when a backup is restored: what differs "
            "in it is held",
            before.position.version,
            now.version
        );
        return;
    }
    board_.drain_again();
    const auto id = store::store_id_text(before.store_id);
    if (now.identity.has_adopted(before.store_id)) {
        log_.warn("this store has taken the place of store {}, as was confirmed", id);
    } else {
        log_.error("this is another store than before, {}: what differs in it is held", id);
    }
}

Awaitable<RouteFeed::Outcome> RouteFeed::follow() {
    co_await await_look();
    const auto begun = Clock::now();
    auto outcome = co_await look();
    looked_ = Clock::now();
    look_took_ = looked_ - begun;
    if (!outcome) co_return outcome;
    const auto errors = troubles_.end();
    if (errors > 0) log_.info("the store answers again, after {} errors", errors);
    if (confirmed_ || Clock::now() >= next_comparison_) {
        const auto trust = confirmed_ ? RouteTable::Trust::confirmed : RouteTable::Trust::guarded;
        outcome = co_await compare(trust);
        if (!outcome) co_return outcome;
        confirmed_ = false;
        next_comparison_ = Clock::now() + options_.compare_interval;
    }
    if (may_prune_ && Clock::now() >= next_pruning_) co_await prune();
    if (board_.drain_changed()) co_await report_held();
    co_return outcome;
}

void RouteFeed::note_held_owners(std::vector<store::HeldInstances> owners) {
    if (owners.empty() && held_owners_.empty()) return;
    held_owners_ = std::move(owners);
    if (loaded_) publish({}, std::chrono::microseconds(0));
}

void RouteFeed::look_now() {
    wake_.notify();
}

// Where nothing has changed for a while, and where the database answers slowly, it is asked less
// often. Who tells of changes without end is heard a few hundred times a second.
Awaitable<> RouteFeed::await_look() {
    Clock::duration interval = options_.poll_interval;
    if (Clock::now() >= moved_ + kRestAfter) interval = std::max(interval, kRestingPoll);
    const auto next = looked_ + std::max(interval, std::min(kPollShare * look_took_, kMaxSlowed));
    co_await wake_.wait_until(next);
    const auto earliest = looked_ + std::max(kMinLookGap, std::min(look_took_, interval));
    if (Clock::now() < earliest) co_await runtime::sleep_until(executor_, earliest);
}

// Whether it is still the same store, with the same history, is looked at less often than whether
// its version has moved.
Awaitable<RouteFeed::Outcome> RouteFeed::look() {
    if (Clock::now() < next_whole_look_) {
        const auto version = co_await feed_.version();
        if (!version) co_return version.error();
        note_read();
        if (*version == table_.position().version) co_return Outcome();
    }
    next_whole_look_ = Clock::now() + kWholeLook;
    const auto latest = co_await feed_.latest();
    if (!latest) co_return latest.error();
    note_read();
    if (latest->store_id != table_.view().identity.id) {
        auto loaded = co_await load();
        co_return loaded;
    }
    if (latest->position == table_.position()) co_return Outcome();
    moved_ = Clock::now();
    log_.debug("version moved {} -> {}", table_.position().version, latest->position.version);
    auto changes = co_await feed_.changes_since(table_.position());
    if (!changes) co_return changes.error();
    auto outcome = co_await take(std::move(*changes));
    co_return outcome;
}

Awaitable<RouteFeed::Outcome> RouteFeed::take(store::RouteChanges changes) {
    if (changes.reload) {
        auto loaded = co_await load();
        co_return loaded;
    }
    note_read();
    note_flaws(changes.flaws, changes.routes);
    const auto age = changes.age;
    const bool confirmed = changes.confirmed;
    if (confirmed) log_.warn("version {}: the table was confirmed", changes.position.version);
    confirmed_ = confirmed_ || confirmed;
    const bool moved = changes.position != table_.position();
    RouteTable::Evidence evidence;
    evidence.audited_names = changes.audited_names;
    if (confirmed) evidence.trust = RouteTable::Trust::confirmed;
    Changed changed;
    changed.name_removals = removals_of(changes.names);
    changed.names = names_.apply(std::move(changes.names), evidence, changes.position.version);
    changed.routes = table_.apply(std::move(changes));
    if (moved) publish(std::move(changed), age);
    co_return Outcome();
}

Awaitable<RouteFeed::Outcome> RouteFeed::compare(RouteTable::Trust trust) {
    auto outcome = co_await check_triggers();
    if (!outcome) co_return outcome;
    const auto all = table_.ranges(kRowsPerRange);
    for (std::size_t first = 0; first < all.size(); first += kRangesAtOnce) {
        const auto begun = Clock::now();
        const auto count = std::min(kRangesAtOnce, all.size() - first);
        const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
        std::vector<store::ModuleRange> some(from, from + static_cast<std::ptrdiff_t>(count));
        outcome = co_await compare_ranges(std::move(some), trust);
        if (!outcome) co_return outcome;
        // At most half of the database's time goes into this.
        const auto took = Clock::now() - begun;
        co_await runtime::sleep_for(executor_, took);
    }
    auto comparing = compare_names(trust);
    outcome = co_await std::move(comparing);
    if (outcome) comparisons_.add();
    co_return outcome;
}

// Names are few beside rows: one sum is over all of them.
Awaitable<RouteFeed::Outcome> RouteFeed::compare_names(RouteTable::Trust trust) {
    auto told = co_await feed_.sum_names(table_.position());
    if (!told) co_return told.error();
    const bool reload = told->changes.reload;
    auto outcome = co_await take(std::move(told->changes));
    if (!outcome || reload || told->sum == names_.sum()) co_return outcome;
    auto repairing = repair_names(trust);
    outcome = co_await std::move(repairing);
    co_return outcome;
}

Awaitable<RouteFeed::Outcome> RouteFeed::repair_names(RouteTable::Trust trust) {
    auto told = co_await feed_.read_names(table_.position());
    if (!told) co_return told.error();
    const bool reload = told->changes.reload;
    auto outcome = co_await take(std::move(told->changes));
    if (!outcome || reload) co_return outcome;
    Changed changed;
    changed.names = names_.repair(std::move(told->names), trust);
    if (!changed.names.empty()) {
        log_.warn("the change log missed {} names: were triggers bypassed?", changed.names.size());
    }
    publish(std::move(changed), std::chrono::microseconds(0));
    co_return outcome;
}

// What changed meanwhile comes in the same snapshot as the sums, so a difference is a miss; and the
// comparison is a poll too, so it delays no change.
Awaitable<RouteFeed::Outcome> RouteFeed::compare_ranges(
    std::vector<store::ModuleRange> ranges, RouteTable::Trust trust
) {
    auto told = co_await feed_.sum_ranges(table_.position(), ranges);
    if (!told) co_return told.error();
    const bool reload = told->changes.reload;
    auto outcome = co_await take(std::move(told->changes));
    if (!outcome || reload) co_return outcome;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (told->sums[i] == table_.sum(ranges[i])) continue;
        outcome = co_await repair(ranges[i], trust);
        if (!outcome) co_return outcome;
    }
    co_return outcome;
}

Awaitable<RouteFeed::Outcome> RouteFeed::repair(store::ModuleRange range, RouteTable::Trust trust) {
    auto told = co_await feed_.read_range(table_.position(), range);
    if (!told) co_return told.error();
    const bool reload = told->changes.reload;
    auto outcome = co_await take(std::move(told->changes));
    if (!outcome || reload) co_return outcome;
    note_flaws({}, told->routes);
    Changed changed;
    changed.routes = table_.repair(range, std::move(told->routes), trust);
    if (!changed.routes.empty()) {
        repairs_.add(changed.routes.size());
        log_.warn(
            "the change log missed {} modules between {} and {}: were triggers bypassed?",
            changed.routes.size(),
            to_string(range.first),
            to_string(range.last)
        );
    }
    publish(std::move(changed), std::chrono::microseconds(0));
    co_return outcome;
}

Awaitable<RouteFeed::Outcome> RouteFeed::check_triggers() {
    const auto schema = co_await schema_.inspect();
    if (!schema) co_return schema.error();
    const bool missing = !schema->triggers;
    if (missing && !triggers_missing_) {
        log_.error(
            "triggers of routes, policies or names are missing, or this user lacks the privilege "
            "TRIGGER to see them: changes are found only every {} s; run: lars store migrate "
            "--store '{}'",
            std::chrono::duration_cast<std::chrono::seconds>(options_.compare_interval).count(),
            store::to_string(options_.store)
        );
    }
    triggers_missing_ = missing;
    co_return Outcome();
}

// Never a reason to stop: a log that isn't pruned costs only room.
Awaitable<> RouteFeed::prune() {
    const auto keep = std::chrono::duration_cast<std::chrono::seconds>(options_.log_keep);
    const auto done = co_await feed_.prune(keep);
    next_pruning_ = Clock::now() + kPruneInterval;
    if (!done) {
        may_prune_ = done.error().kind != store::ErrorKind::refused;
        log_.warn("old entries of RouteLog stay: {}", done.error().message);
        co_return;
    }
    pruned_.add(*done);
    if (*done > 0) next_pruning_ = Clock::now();
}

// Between two steps of the feed, on its executor.
void RouteFeed::renew_hosts(const std::vector<ModuleId>& modules) {
    Changed changed;
    changed.routes = table_.renew_hosts(modules);
    if (!changed.routes.empty()) publish(std::move(changed), std::chrono::microseconds(0));
}

void RouteFeed::publish(Changed changed, std::chrono::microseconds age, Extent extent) {
    for (const auto& [module, hosts] : table_.take_host_changes()) lookups_.set(module, hosts);
    modules_ = table_.size();
    names_known_ = names_.size();
    version_ = table_.position().version;
    if (*store_view_ != table_.view()) {
        store_view_ = std::make_shared<const StoreView>(table_.view());
    }
    renew_held_report();
    log_held();
    log_.debug("version {}: {} modules changed", table_.position().version, changed.routes.size());
    Publication publication;
    publication.routes = std::move(changed.routes);
    publication.names = std::move(changed.names);
    publication.name_removals = std::move(changed.name_removals);
    publication.whole = extent == Extent::whole;
    publication.store = store_view_;
    publication.held = held_report_;
    publication.made = Clock::now() - age;
    publish_(std::move(publication));
}

// What was brought is in the store before people see that it is held, so that they can confirm it.
Awaitable<> RouteFeed::report_held() {
    if (may_note_brought_) co_await note_brought();
    publish({}, std::chrono::microseconds(0));
}

Awaitable<> RouteFeed::note_brought() {
    auto brought = board_.drain_brought();
    if (brought.empty()) co_return;
    auto noting = identities_.note_brought(std::move(brought));
    const auto done = co_await std::move(noting);
    if (done) co_return;
    board_.drain_again();
    may_note_brought_ = done.error().kind != store::ErrorKind::refused;
    log_.error(
        "which stores agents have routes of can't be noted, so that `lars route confirm` won't let "
        "these go: {}",
        done.error().message
    );
}

void RouteFeed::note_read() {
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    last_read_.set(now.count());
    last_read_at_ = Clock::now();
    condition_.clear();
}

std::optional<std::string> RouteFeed::trouble() const {
    if (auto why = condition_.text()) return why;
    const auto silence = Clock::now() - last_read_at_.load();
    if (silence < kUnreadAfter + 3 * options_.poll_interval) return {};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
    return "the store: not read for " + std::to_string(seconds) + " s";
}

std::vector<std::string> RouteFeed::remarks() const {
    std::vector<std::string> remarks;
    if (const auto held = held_.load(); held > 0) {
        remarks.push_back(std::to_string(held) + " modules are held; see: lars route held");
    }
    if (const auto held = names_held_.load(); held > 0) {
        remarks.push_back(std::to_string(held) + " names are held; see: lars route held");
    }
    if (triggers_missing_) {
        remarks.push_back("triggers are missing: changes are found by comparison only");
    }
    return remarks;
}

// A policy that can't be used is one line, not one for each read.
void RouteFeed::note_flaws(const store::Flaws& flaws, const std::vector<store::StoredRoute>& read) {
    skipped_.add(flaws.skipped);
    if (flaws.skipped > 0 && flaws.first_skipped != told_skipped_) {
        told_skipped_ = flaws.first_skipped;
        log_.error(
            "{} rows of RouteData or RouteMore aren't served; the first: {}",
            flaws.skipped,
            told_skipped_
        );
    }
    clamped_.add(flaws.clamped);
    disregarded_.add(flaws.disregarded);
    for (const auto& each : read) {
        const auto id = each.route.module;
        if (each.policy_flaw.empty()) {
            policy_flaws_.erase(id);
            continue;
        }
        policies_refused_.add();
        auto& told = policy_flaws_[id];
        if (told == each.policy_flaw) continue;
        told = each.policy_flaw;
        log_.error(
            "the policy of module {}: {}; its agents balance as they do without one",
            to_string(id),
            told
        );
    }
}

void RouteFeed::renew_held_report() {
    const auto stored_rows = [this](ModuleId id) { return table_.stored_rows(id); };
    auto report = std::make_shared<HeldReport>();
    report->modules = table_.held();
    for (const auto& each : board_.modules(stored_rows)) report->modules.push_back(each);
    report->doubtful = table_.doubtful();
    report->version = table_.position().version;
    report->store_id = table_.view().identity.id;
    report->owners = held_owners_;
    report->names = names_.held();
    for (auto& each : board_.names()) report->names.push_back(std::move(each));
    held_ = report->modules.size();
    names_held_ = report->names.size();
    for (std::size_t i = 0; i < kHoldReasons; ++i) {
        held_routes_[i] = board_.routes(static_cast<HoldReason>(i));
    }
    held_report_ = std::move(report);
}

// A line for each reason when it begins, has doubled, and ends.
void RouteFeed::log_held() {
    std::array<std::size_t, kHoldReasons> modules{};
    for (const auto& each : held_report_->modules) {
        ++modules[static_cast<std::size_t>(each.reason)];
    }
    for (std::size_t i = 0; i < kHoldReasons; ++i) {
        auto& logged = held_logged_[i];
        const bool ended = modules[i] == 0 && logged > 0;
        const bool grew = modules[i] > 0 && modules[i] >= 2 * logged;
        if (!ended && !grew) continue;
        logged = modules[i];
        log_held(static_cast<HoldReason>(i), modules[i]);
    }
    log_held_names(held_report_->names.size());
}

void RouteFeed::log_held_names(std::size_t names) {
    const bool ended = names == 0 && held_names_logged_ > 0;
    const bool grew = names > 0 && names >= 2 * held_names_logged_;
    if (!ended && !grew) return;
    held_names_logged_ = names;
    if (ended) {
        log_.warn("no name is held any more");
        return;
    }
    log_.error(
        "{} names go on to stand for what they did, since nothing says that they were removed; "
        "see: lars route held; if the names are right: lars route confirm",
        names
    );
}

void RouteFeed::log_held(HoldReason reason, std::size_t modules) {
    if (modules == 0) {
        log_.warn("no module is held any more because {}", why_held(reason));
        return;
    }
    log_.error(
        "{} modules stay as agents have them, because {}; see: lars route held; if the table is "
        "right: lars route confirm",
        modules,
        why_held(reason)
    );
}

// An outage is one line a minute, not one for each attempt.
void RouteFeed::note_failure(const store::Error& error) {
    errors_.add();
    condition_.fail(error.message);
    const auto line = troubles_.note(error.message, Clock::now());
    if (line)
        log_.error("while reading routes: {}; what is known stays served, trying again", *line);
}

}  // namespace lars::dns
