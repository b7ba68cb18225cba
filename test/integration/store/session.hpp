#pragma once

#include "store/store.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

/// What a failing REQUIRE(result) prints.
template <class T>
struct Catch::StringMaker<lars::store::Result<T>> {
    static std::string convert(const lars::store::Result<T>& result) {
        return result ? "a value" : result.error().message;
    }
};

namespace lars::test {

/// A database, and one store on it whose operations are awaited.
class Session {
public:
    explicit Session(const std::string& kind)
        : database(make_database(kind)),
          store(store::make_store(context.get_executor(), database->url())) {}

    template <class T>
    store::Result<T> operator()(boost::asio::awaitable<store::Result<T>> operation) {
        return await(context, std::move(operation));
    }

    std::string sql(const std::string& text) { return database->sql(text); }
    void insert(int modid, std::uint32_t ip, int port) {
        sql("INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (" +
            std::to_string(modid) + ", 1, " + std::to_string(ip) + ", " + std::to_string(port) +
            ")");
    }

    std::unique_ptr<Database> database;
    boost::asio::io_context context{1};
    std::unique_ptr<store::Store> store;
};

}  // namespace lars::test
