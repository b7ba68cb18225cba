#include "cli/commands.hpp"
#include "cli/store_access.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

void print(const store::SchemaStatus& status, bool as_json) {
    if (as_json) {
        const boost::json::object object{
            {"schema", status.version}, {"latest", status.latest}, {"triggers", status.triggers}};
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::cout << "schema " << status.version << " of " << status.latest << ", triggers "
              << (status.triggers ? "present" : "missing") << '\n';
}

}  // namespace

int store_migrate(const Words& words) {
    std::string store;
    Arguments arguments(
        "store migrate",
        "",
        "Brings the schema of a database up to date, the original's too.\n"
        "On MariaDB this needs the privileges CREATE, ALTER, INDEX and TRIGGER."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto status = run_on_store<store::SchemaStatus>(store_url(store), [](store::Store& each) {
        return each.migrate();
    });
    print(status, arguments.given("json"));
    return 0;
}

int store_status(const Words& words) {
    std::string store;
    Arguments arguments(
        "store status", "", "Shows how far a database's schema is; exit status 1 if not whole."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto status = run_on_store<store::SchemaStatus>(store_url(store), [](store::Store& each) {
        return each.inspect();
    });
    print(status, arguments.given("json"));
    return status.version == status.latest && status.triggers ? 0 : 1;
}

}  // namespace lars::cli
