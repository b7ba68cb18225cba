#include "sized_table.hpp"

#include "dns_process.hpp"
#include "marker.hpp"

namespace lars::bench {
namespace {

constexpr auto kMarkerPort = "7000";

// As the original made it: no trigger slows the filling down, and the migration adds them.
Editor filled(test::MariadbServer& server, const std::string& name, int rows) {
    server.add_database(name);
    Editor editor(server.port(), server.password(), name);
    editor.run(
        "CREATE TABLE RouteData(id INT UNSIGNED NOT NULL AUTO_INCREMENT,"
        " modid INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL,"
        " serverip INT UNSIGNED NOT NULL, serverport INT UNSIGNED NOT NULL,"
        " PRIMARY KEY(id)) ENGINE=InnoDB"
    );
    editor.run(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport)"
        " SELECT (seq - 1) DIV 3 + 1, 1, 3232235521 + seq % 250, 7000 + (seq - 1) % 3"
        " FROM seq_1_to_" +
        std::to_string(rows)
    );
    migrate(server.url(name), server.password());
    return editor;
}

}  // namespace

SizedTable::SizedTable(test::MariadbServer& server, const std::string& name, int rows)
    : server_(server), name_(name), rows_(rows), editor_(filled(server, name, rows)) {}

SizedTable::Change SizedTable::change() {
    const auto modid = changing(static_cast<int>(++last_));
    editor_.run(
        "UPDATE RouteData SET serverip = " + std::to_string(kMarkerBase + last_) +
        " WHERE modid = " + std::to_string(modid) + " AND cmdid = 1 AND serverport = " + kMarkerPort
    );
    return {modid, last_};
}

}  // namespace lars::bench
