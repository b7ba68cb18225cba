#pragma once

#include <string>

namespace lars::test {

/// SQL that makes what migration 3 finds: tables of routes at schema 2, with their triggers.
inline const std::string kSqliteSchema2 = R"(
CREATE TABLE SchemaVersion(version INTEGER PRIMARY KEY);
INSERT INTO SchemaVersion VALUES (1), (2);
CREATE TABLE RouteData(id INTEGER PRIMARY KEY AUTOINCREMENT, modid INTEGER NOT NULL,
    cmdid INTEGER NOT NULL, serverip INTEGER NOT NULL, serverport INTEGER NOT NULL);
CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport);
CREATE TABLE RouteVersion(id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,
    route_rows INTEGER NOT NULL DEFAULT 0);
INSERT INTO RouteVersion(id, version) VALUES (1, 1);
CREATE TABLE RouteLog(version INTEGER NOT NULL, modid INTEGER NOT NULL, cmdid INTEGER NOT NULL,
    logged_us INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(version, modid, cmdid)) WITHOUT ROWID;
CREATE TABLE RouteAudit(id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,
    made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL,
    actor TEXT NOT NULL DEFAULT '', removed INTEGER NOT NULL DEFAULT 0);
CREATE TRIGGER lars_route_insert AFTER INSERT ON RouteData FOR EACH ROW BEGIN
    INSERT INTO RouteVersion(id, version) VALUES (1, 1)
        ON CONFLICT(id) DO UPDATE SET version = version + 1, route_rows = route_rows + 1;
    INSERT OR IGNORE INTO RouteLog(version, modid, cmdid, logged_us)
        SELECT version, NEW.modid, NEW.cmdid, 1 FROM RouteVersion WHERE id = 1;
END;
)";

inline const std::string kMariadbSchema2 = R"(
CREATE TABLE SchemaVersion(version INT NOT NULL PRIMARY KEY);
INSERT INTO SchemaVersion VALUES (1), (2);
CREATE TABLE RouteData(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED NOT NULL,
    cmdid INT UNSIGNED NOT NULL, serverip INT UNSIGNED NOT NULL,
    serverport INT UNSIGNED NOT NULL, PRIMARY KEY(id));
CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport);
CREATE TABLE RouteVersion(id INT UNSIGNED NOT NULL AUTO_INCREMENT,
    version BIGINT UNSIGNED NOT NULL, route_rows BIGINT NOT NULL DEFAULT 0, PRIMARY KEY(id));
INSERT INTO RouteVersion(id, version) VALUES (1, 1);
CREATE TABLE RouteLog(version BIGINT UNSIGNED NOT NULL, modid INT UNSIGNED NOT NULL,
    cmdid INT UNSIGNED NOT NULL, logged_us BIGINT UNSIGNED NOT NULL DEFAULT 0,
    PRIMARY KEY(version, modid, cmdid));
CREATE TABLE RouteAudit(id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    version BIGINT UNSIGNED NOT NULL, made_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    action VARCHAR(20) NOT NULL, actor VARCHAR(200) NOT NULL DEFAULT '',
    removed INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(id), KEY(version));
DELIMITER //
CREATE TRIGGER lars_route_insert AFTER INSERT ON RouteData FOR EACH ROW BEGIN
    INSERT INTO RouteVersion(id, version) VALUES (1, 1)
        ON DUPLICATE KEY UPDATE version = version + 1, route_rows = route_rows + 1;
    INSERT IGNORE INTO RouteLog(version, modid, cmdid, logged_us)
        SELECT version, NEW.modid, NEW.cmdid, 1 FROM RouteVersion WHERE id = 1;
END//
DELIMITER ;
)";

}  // namespace lars::test
