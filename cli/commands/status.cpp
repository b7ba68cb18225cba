#include "admin/overview_json.hpp"
#include "admin/overview_text.hpp"
#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/module_lookup.hpp"
#include "cli/store_access.hpp"
#include "store/database_clock.hpp"
#include "store/schema.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <limits>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kAllLines = std::numeric_limits<std::size_t>::max();

struct Settings {
    store::Url store;
    std::optional<ModuleId> module;
    std::chrono::milliseconds last = 5min;
    std::chrono::milliseconds interval = 2s;
    std::uint32_t limit = 0;  // 0: none
    bool as_json = false;
};

void require_history(const store::Url& url) {
    const auto schema = run_on_store<store::SchemaStatus>(url, [](store::Database& each) {
        return store::Schema(each).inspect();
    });
    const auto current = store::check_current(schema, url);
    if (!current) throw Failure(current.error().message);
}

std::string report(const Settings& settings, std::size_t max_lines) {
    // What is "the last five minutes" is said by the clock that dated them.
    const auto clock = run_on_store<store::DatabaseClock::Time>(
        settings.store, [](store::Database& each) { return store::DatabaseClock(each).now(); }
    );
    const auto now = std::chrono::floor<std::chrono::seconds>(clock);
    const auto last = std::chrono::ceil<std::chrono::seconds>(settings.last);
    const auto reading =
        run_on_store<admin::CallReading>(settings.store, [&](store::Database& each) {
            return admin::read_calls(each, settings.module, last, now);
        });
    const auto grain = settings.module ? admin::Grain::endpoint : admin::Grain::module;
    auto overview = admin::overview_of(reading, grain);
    overview.names = read_module_names(settings.store);
    if (settings.as_json) {
        return boost::json::serialize(admin::overview_json(overview, grain)) + '\n';
    }
    return admin::format_overview(overview, grain, max_lines) +
           admin::why_no_calls(overview, settings.module, now);
}

/// How many lines of a table are in sight, beside what stands above and below it.
std::size_t lines_in_sight() {
    constexpr std::size_t kOthers = 6;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row <= kOthers) return kAllLines;
    return size.ws_row - kOthers;
}

std::size_t max_lines(const Settings& settings) {
    return settings.limit > 0 ? settings.limit : kAllLines;
}

void watch(const Settings& settings) {
    const Interrupt interrupt;
    const bool redraw = ::isatty(STDOUT_FILENO) == 1 && !settings.as_json;
    while (!interrupt && std::cout) {
        try {
            const auto max = std::min(max_lines(settings), redraw ? lines_in_sight() : kAllLines);
            const auto text = report(settings, max);
            if (redraw) std::cout << "\x1b[H\x1b[2J";
            std::cout << text << std::flush;
        } catch (const Failure& failure) {
            std::cerr << "lars: " << failure.what() << "; trying again\n";
        }
        interrupt.wait_until(Interrupt::Clock::now() + settings.interval);
    }
}

}  // namespace

int status(const Words& words) {
    std::string store;
    Settings settings;
    Arguments arguments(
        "status",
        "[MODID CMDID | NAME]",
        "Shows how calls went lately: of all modules, or of one module by endpoint. Errors are "
        "the\n"
        "share of failed calls, latencies are good to a factor of two. Callers are the hosts that\n"
        "reported in the last five minutes; an endpoint is overloaded at those that keep away from "
        "it."
    );
    add_store_flag(arguments, store);
    arguments.flags()(
        "last",
        duration(settings.last, {1min, 24h * 400}),
        "how far back, 1m to 400d; above 6h in whole hours, above 7d in whole days [5m]"
    )("limit", number(settings.limit, {0, UINT32_MAX}), "most lines of the table; 0: all [0]")(
        "watch", "again and again, until Ctrl-C"
    )("interval", duration(settings.interval, {100ms, 1h}), "of --watch, 100ms to 1h [2s]"
    )("json", "print a JSON object; with --watch one on each line");
    if (!arguments.parse_module(words, 0, 0, Arguments::Presence::optional)) return 0;
    settings.store = store_url(store);
    settings.as_json = arguments.given("json");
    require_history(settings.store);
    settings.module = find_module(settings.store, arguments.module_word());
    if (arguments.given("watch")) {
        watch(settings);
    } else {
        std::cout << report(settings, max_lines(settings));
    }
    return 0;
}

}  // namespace lars::cli
