#include "cli/schema_status.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {

void print(const store::SchemaStatus& status, bool as_json) {
    const auto id = status.identity.id == 0 ? "" : store::store_id_text(status.identity.id);
    if (as_json) {
        boost::json::object object{
            {"schema", status.version},
            {"latest", status.latest},
            {"triggers", status.triggers},
            {"store", id}};
        if (!status.definers.empty()) object["definers"] = status.definers;
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::cout << "schema " << status.version << " of " << status.latest << ", triggers "
              << (status.triggers ? "present" : "missing");
    if (!status.definers.empty()) std::cout << ", with the rights of " << status.definers;
    if (!id.empty()) std::cout << ", store " << id;
    std::cout << '\n';
}

}  // namespace lars::cli
