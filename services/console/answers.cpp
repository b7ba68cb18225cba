#include "console/answers.hpp"

namespace lars::console {
namespace {

namespace json = boost::json;

unsigned status_of(store::ErrorKind kind) {
    switch (kind) {
        case store::ErrorKind::unavailable:
        case store::ErrorKind::missing:
        case store::ErrorKind::refused:
        case store::ErrorKind::read_only:
        case store::ErrorKind::schema:
            return 503;
        case store::ErrorKind::conflict:
            return 409;
        case store::ErrorKind::invalid:
            return 400;
        case store::ErrorKind::internal:
            break;
    }
    return 500;
}

}  // namespace

http::Response json_answer(const json::value& value, unsigned status) {
    http::Response response;
    response.status = status;
    response.body = json::serialize(value);
    response.content_type = http::kJsonType;
    response.fields.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
}

http::Response error_answer(unsigned status, const std::string& why, const std::string& field) {
    json::object error{{"error", why}};
    if (!field.empty()) error["field"] = field;
    return json_answer(error, status);
}

http::Response store_error(const store::Error& error) {
    return error_answer(status_of(error.kind), error.message);
}

}  // namespace lars::console
