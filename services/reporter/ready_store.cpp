#include "reporter/ready_store.hpp"

namespace lars::reporter {

Awaitable<store::Result<void>> ReadyStore::prepare() {
    if (prepared_) co_return store::Result<void>();
    const bool own = url_.kind == store::Url::Kind::sqlite;
    auto asked = own ? store_->migrate() : store_->inspect();
    const auto schema = co_await std::move(asked);
    if (!schema) co_return schema.error();
    if (schema->version < schema->latest) {
        co_return store::Error{
            store::ErrorKind::schema,
            "the schema is too old; run: lars store migrate --store '" + store::to_string(url_) +
                "'"};
    }
    prepared_ = true;
    co_return store::Result<void>();
}

}  // namespace lars::reporter
