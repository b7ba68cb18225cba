#include "store/ready_database.hpp"

namespace lars::store {

Awaitable<Result<void>> ReadyDatabase::prepare() {
    if (prepared_) co_return Result<void>();
    Schema schema(*database_);
    auto status = co_await schema.inspect();
    if (!status) co_return status.error();
    const bool older = status->version > 0 && status->version < status->latest;
    if (older && url_.kind == Url::Kind::sqlite) {
        status = co_await schema.migrate();
        if (!status) co_return status.error();
    }
    auto current = check_current(*status, url_);
    prepared_ = current.has_value();
    co_return current;
}

}  // namespace lars::store
