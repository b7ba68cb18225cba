#include "editor.hpp"

#include <mysql.h>

#include <stdexcept>

namespace lars::bench {

Editor::Editor(int port, const std::string& password, const std::string& database)
    : handle_(mysql_init(nullptr)) {
    const auto* connected = mysql_real_connect(
        handle_.get(),
        "127.0.0.1",
        "lars",
        password.c_str(),
        database.c_str(),
        static_cast<unsigned>(port),
        nullptr,
        0
    );
    if (!connected) throw std::runtime_error(mysql_error(handle_.get()));
}

void Editor::run(const std::string& sql) {
    if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
        throw std::runtime_error(mysql_error(handle_.get()));
    }
}

std::uint64_t Editor::number(const std::string& sql) {
    run(sql);
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
        mysql_store_result(handle_.get()), mysql_free_result
    );
    const auto row = result ? mysql_fetch_row(result.get()) : nullptr;
    if (!row || !row[0]) throw std::runtime_error("no number from " + sql);
    return std::stoull(row[0]);
}

void Editor::Close::operator()(st_mysql* handle) const {
    mysql_close(handle);
}

}  // namespace lars::bench
