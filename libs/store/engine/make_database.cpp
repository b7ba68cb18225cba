#include "store/engine/mariadb/mariadb_database.hpp"
#include "store/engine/sqlite/sqlite_database.hpp"

namespace lars::store {

std::unique_ptr<Database> make_database(
    asio::any_io_executor executor, const Url& url, const Options& options
) {
    switch (url.kind) {
        case Url::Kind::sqlite:
            return std::make_unique<SqliteDatabase>(std::move(executor), url, options);
        case Url::Kind::mysql:
            return std::make_unique<MariadbDatabase>(std::move(executor), url, options);
    }
    return nullptr;
}

}  // namespace lars::store
