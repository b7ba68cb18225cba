#include "http/request.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace lars::http {

std::optional<Request> parse_target(std::string_view target) {
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return {};
    Request request;
    request.path = url->encoded_path().decode();
    for (const auto& parameter : url->encoded_params()) {
        request.query[parameter.key.decode()] = parameter.value.decode();
    }
    return request;
}

}  // namespace lars::http
