#include "cli/backup_summary.hpp"

#include "store/store_identity.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {

void print(const std::string& done, const store::BackupSummary& summary, bool as_json) {
    const auto id = store::store_id_text(summary.store_id);
    if (as_json) {
        const boost::json::object object{
            {"store", id}, {"version", summary.version}, {"rows", summary.rows}};
        std::cout << boost::json::serialize(object) << '\n';
        return;
    }
    std::cout << done << ": " << summary.rows << " rows of store " << id << " at version "
              << summary.version << '\n';
}

}  // namespace lars::cli
