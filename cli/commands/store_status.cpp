#include "cli/commands.hpp"
#include "cli/schema_status.hpp"
#include "cli/store_access.hpp"
#include "store/schema.hpp"

namespace lars::cli {

int store_status(const Words& words) {
    std::string store;
    Arguments arguments(
        "store status", "", "Shows how far a database's schema is; exit status 1 if not whole."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto status = run_on_store<store::SchemaStatus>(
        store_url(store), [](store::Database& each) { return store::Schema(each).inspect(); }
    );
    print(status, arguments.given("json"));
    return status.version == status.latest && status.triggers ? 0 : 1;
}

}  // namespace lars::cli
