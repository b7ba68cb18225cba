#include "store/store_backup.hpp"

#include "cli/backup_summary.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"

#include <filesystem>

namespace lars::cli {

int store_backup(const Words& words) {
    std::string store;
    Arguments arguments(
        "store backup",
        "FILE",
        "Writes all that a store has to a file, as it is at one moment: routes, policies, alarms "
        "and\n"
        "the history of calls. `lars store restore` takes it back, on SQLite or MariaDB."
    );
    add_store_flag(arguments, store);
    arguments.flags()("force", "replace the file if it is there")("json", "print a JSON object");
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto path = arguments.words()[0];
    if (!arguments.given("force") && std::filesystem::exists(path)) {
        throw Failure(path + " is there already: name another file, or say --force");
    }
    BackupProgressBar bar;
    const auto done =
        run_on_store<store::BackupSummary>(store_url(store), [&](store::Database& each) {
            return store::StoreBackup(each).write(path, bar.progress());
        });
    print("written", done, arguments.given("json"));
    return 0;
}

}  // namespace lars::cli
