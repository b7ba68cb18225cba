#include "cli/schema_status.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {

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

}  // namespace lars::cli
