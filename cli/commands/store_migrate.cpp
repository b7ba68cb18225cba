#include "cli/commands.hpp"
#include "cli/schema_status.hpp"
#include "cli/store_access.hpp"
#include "store/schema.hpp"

namespace lars::cli {

int store_migrate(const Words& words) {
    std::string store;
    Arguments arguments(
        "store migrate",
        "",
        "Makes a store in a database, or brings its schema up to date, the original's too. A "
        "SQLite\n"
        "file that isn't there is made, which no service and no other command but dev does.\n"
        "On MariaDB this needs the privileges CREATE, ALTER, INDEX and TRIGGER."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto status = run_on_store<store::SchemaStatus>(
        store_url(store), [](store::Database& each) { return store::Schema(each).migrate(); }
    );
    print(status, arguments.given("json"));
    return 0;
}

}  // namespace lars::cli
