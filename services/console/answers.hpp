#pragma once

#include "http/response.hpp"
#include "store/engine/result.hpp"

#include <boost/json.hpp>

#include <exception>
#include <string>

namespace lars::console {

http::Response json_answer(const boost::json::value& value, unsigned status = 200);
http::Response no_content();
/// {"error": ..., "field": ...}; the field only where one is at fault.
http::Response error_answer(unsigned status, const std::string& why, const std::string& field = "");
/// What the store couldn't do: 503 when it doesn't answer or isn't ready, 409 when others were in
/// the way, 400 when what was asked can't be done.
http::Response store_error(const store::Error& error);

}  // namespace lars::console
