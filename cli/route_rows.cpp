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
    std::optional<std::uint32_t> weight,
    Uncallable uncallable
) {
    Rows rows;
    for (std::size_t i = first; i < arguments.words().size(); ++i) {
        rows.push_back({arguments.module(), arguments.endpoint(i, uncallable), weight});
    }
    return rows;
}

void write_rows(const store::Url& url, const Rows& rows) {
    ProgressBar bar(rows.size(), "rows");
    const auto done = run_on_store<store::PutCount>(url, [&rows, &bar](store::Database& store) {
        return store::RouteEdits(store).put(rows, [&bar](std::size_t count) { bar.show(count); });
    });
    std::cout << done.added << " added, " << done.present << " already there";
    if (done.reweighted > 0) std::cout << ", " << done.reweighted << " given another weight";
    std::cout << '\n';
}

}  // namespace lars::cli
