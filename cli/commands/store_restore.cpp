#include "cli/backup_summary.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/store_backup.hpp"

namespace lars::cli {

int store_restore(const Words& words) {
    std::string store;
    Arguments arguments(
        "store restore",
        "FILE",
        "Puts what `lars store backup` wrote in the place of all that a store has, or changes\n"
        "nothing. It is confirmed in the same step: every dns serves it, and agents take it over "
        "what\n"
        "they have. The store must have been made: lars store migrate."
    );
    add_store_flag(arguments, store);
    arguments.flags()("force", "replace what the store has")("json", "print a JSON object");
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto path = arguments.words()[0];
    const auto overwrite = arguments.given("force") ? store::Overwrite::yes : store::Overwrite::no;
    const auto url = store_url(store);
    require_current_schema(url);
    BackupProgressBar bar;
    const auto done = edit_store<store::BackupSummary>(url, [&](store::Database& each) {
        return store::StoreBackup(each).restore(path, overwrite, bar.progress());
    });
    print("restored", done, arguments.given("json"));
    return 0;
}

}  // namespace lars::cli
