#include "store/engine/statement_words.hpp"

#include "support/catch.hpp"

using lars::store::words_of;

TEST_CASE("a statement is told in words, with its table whole") {
    CHECK(
        words_of("INSERT INTO CallHistory(start, modid) VALUES (?, ?)") == "adding to CallHistory"
    );
    CHECK(
        words_of("INSERT IGNORE INTO CallHistoryDue(a) VALUES (1)") == "adding to CallHistoryDue"
    );
    CHECK(words_of("INSERT OR IGNORE INTO Lease(a) VALUES (1)") == "adding to Lease");
    CHECK(words_of("UPDATE Lease SET until_us = 1") == "changing Lease");
    CHECK(words_of("DELETE r FROM RouteData r JOIN x") == "removing from RouteData");
    CHECK(
        words_of("SELECT COUNT(*) FROM information_schema.tables WHERE 1") ==
        "reading information_schema.tables"
    );
    CHECK(
        words_of("SELECT a FROM (SELECT b FROM RouteLog) c CROSS JOIN RouteData") ==
        "reading RouteLog"
    );
    CHECK(words_of("SELECT VERSION()") == "asking the database");
    CHECK(words_of("START TRANSACTION") == "beginning a transaction");
    CHECK(words_of("BEGIN IMMEDIATE") == "beginning a transaction");
    CHECK(words_of("COMMIT") == "committing");
    CHECK(words_of("SET NAMES utf8mb4") == "setting up the connection");
    CHECK(words_of("PRAGMA journal_mode=WAL") == "setting up the connection");
    CHECK(
        words_of("CREATE TABLE IF NOT EXISTS RouteLog(version INT)") ==
        "making or altering the table RouteLog"
    );
    CHECK(
        words_of("CREATE OR REPLACE TRIGGER lars_route_insert AFTER INSERT ON RouteData") ==
        "making or altering the trigger lars_route_insert"
    );
    CHECK(
        words_of("DROP INDEX IF EXISTS RouteDataModule ON RouteData") ==
        "making or altering the index RouteDataModule"
    );
    CHECK(words_of("") == "running a statement");
}
