#include "store/ready_database.hpp"

namespace lars::store {

Awaitable<Result<void>> ReadyDatabase::prepare() {
    if (prepared_) co_return Result<void>();
    Schema schema(*database_);
    const bool own = url_.kind == Url::Kind::sqlite;
    auto asking = own ? schema.migrate() : schema.inspect();
    const auto status = co_await std::move(asking);
    if (!status) co_return status.error();
    auto current = check_current(*status, url_);
    prepared_ = current.has_value();
    co_return current;
}

}  // namespace lars::store
