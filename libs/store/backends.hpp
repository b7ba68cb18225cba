#pragma once

#include "store/store.hpp"

namespace lars::store {

std::unique_ptr<Store> make_sqlite_store(
    boost::asio::any_io_executor executor, const Url& url, const Options& options
);
std::unique_ptr<Store> make_mariadb_store(
    boost::asio::any_io_executor executor, const Url& url, const Options& options
);

}  // namespace lars::store
