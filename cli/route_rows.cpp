#include "cli/route_rows.hpp"

#include "base/tags.hpp"
#include "base/zone.hpp"
#include "cli/module_lookup.hpp"
#include "cli/progress.hpp"

#include <iostream>
#include <stdexcept>

namespace lars::cli {

store::RouteListing read_listing(const store::Url& url, std::optional<ModuleId> module) {
    auto listing = run_on_store<store::RouteListing>(url, [module](store::Database& store) {
        return store::RouteEdits(store).read(module);
    });
    const auto& flaws = listing.flaws;
    if (flaws.skipped > 0) {
        std::cerr << "lars: " << flaws.skipped
                  << " more rows aren't served; the first: " << flaws.first_skipped << '\n';
    }
    return listing;
}

Rows read_rows(const store::Url& url, std::optional<ModuleId> module) {
    return std::move(read_listing(url, module).rows);
}

Rows rows_of(
    const Arguments& arguments, std::size_t first, ModuleId module, admin::Uncallable uncallable
) {
    Rows rows;
    for (std::size_t i = first; i < arguments.words().size(); ++i) {
        try {
            rows.push_back(admin::parse_target(arguments.words()[i], uncallable));
        } catch (const std::invalid_argument& wrong) {
            throw UsageError(wrong.what());
        }
        rows.back().module = module;
    }
    return rows;
}

const std::string& checked_zone(const std::string& zone) {
    const auto why = why_no_zone(zone);
    if (!why.empty()) throw UsageError("zone '" + zone + "': " + std::string(why));
    return zone;
}

const std::string& checked_tag(const std::string& tag) {
    const auto why = why_no_tag(tag);
    if (!why.empty()) throw UsageError("tag '" + tag + "': " + std::string(why));
    return tag;
}

void change_rows(
    const Arguments& arguments,
    std::size_t first,
    const store::Url& url,
    const store::RouteEdit& edit
) {
    // A mistyped endpoint is told before a database is looked for.
    auto rows = rows_of(arguments, first, {});
    const auto module = find_module(url, *arguments.module_word());
    for (auto& row : rows) row.module = module;
    const auto changed = edit_store<std::size_t>(url, [&](store::Database& each) {
        return store::RouteEdits(each).change(rows, edit);
    });
    std::cout << changed << " changed\n";
}

void write_rows(const store::Url& url, Rows rows, store::RowsByName named) {
    auto all = rows.size();
    for (const auto& [name, of_name] : named) all += of_name.rows.size();
    ProgressBar bar(all, "rows");
    const auto done = edit_store<store::NamedPutCount>(url, [&](store::Database& store) {
        return store::NamedRoutes(store).put(
            std::move(rows), std::move(named), [&bar](std::size_t count) { bar.show(count); }
        );
    });
    for (const auto& made : done.made) {
        std::cout << made.name << " is module " << to_string(made.module) << " now\n";
    }
    std::cout << done.count.added << " added, " << done.count.present << " already there";
    if (done.count.changed > 0) {
        std::cout << ", " << done.count.changed << " changed";
    }
    std::cout << '\n';
}

}  // namespace lars::cli
