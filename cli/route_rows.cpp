#include "cli/route_rows.hpp"

#include "cli/progress.hpp"
#include "cli/store_access.hpp"
#include "store/route_edits.hpp"

#include <iostream>

namespace lars::cli {

Rows read_rows(const store::Url& url, std::optional<ModuleId> module) {
    auto listing = run_on_store<store::RouteListing>(url, [module](store::Database& store) {
        return store::RouteEdits(store).read(module);
    });
    const auto& flaws = listing.flaws;
    if (flaws.skipped > 0) {
        std::cerr << "lars: " << flaws.skipped
                  << " more rows of RouteData aren't served; the first: " << flaws.first_skipped
                  << '\n';
    }
    return std::move(listing.rows);
}

Rows rows_of(
    const Arguments& arguments,
    std::size_t first,
    ModuleId module,
    std::optional<std::uint32_t> weight,
    Uncallable uncallable
) {
    Rows rows;
    for (std::size_t i = first; i < arguments.words().size(); ++i) {
        rows.push_back({module, arguments.endpoint(i, uncallable), weight});
    }
    return rows;
}

void write_rows(const store::Url& url, Rows rows, store::RowsByName named) {
    auto all = rows.size();
    for (const auto& [name, of_name] : named) all += of_name.rows.size();
    ProgressBar bar(all, "rows");
    const auto done = run_on_store<store::NamedPutCount>(url, [&](store::Database& store) {
        return store::NamedRoutes(store).put(
            std::move(rows), std::move(named), [&bar](std::size_t count) { bar.show(count); }
        );
    });
    for (const auto& made : done.made) {
        std::cout << made.name << " is module " << to_string(made.module) << " now\n";
    }
    std::cout << done.count.added << " added, " << done.count.present << " already there";
    if (done.count.reweighted > 0) {
        std::cout << ", " << done.count.reweighted << " given another weight";
    }
    std::cout << '\n';
}

}  // namespace lars::cli
