#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lars::console {

/// A JSON object of a request, read field by field; each reader throws BadRequest when the field is
/// missing or isn't what it should be, and done() when there is one that nobody read: a misspelt
/// field isn't passed over.
class JsonFields {
public:
    /// `prefix` is what the fields' names begin with in errors: "endpoints[3]."; both outlive this.
    JsonFields(const boost::json::object& object, std::string prefix = "")
        : object_(object), prefix_(std::move(prefix)) {}

    std::string text(const char* name, std::size_t max);
    /// Empty when it isn't there.
    std::string optional_text(const char* name, std::size_t max);
    std::uint32_t number(const char* name, std::uint32_t min, std::uint32_t max);
    std::uint32_t number_or(
        const char* name, std::uint32_t otherwise, std::uint32_t min, std::uint32_t max
    );
    double real(const char* name, double min, double max);
    bool flag(const char* name);  ///< false when it isn't there
    const boost::json::array& array(const char* name, std::size_t max);
    std::vector<std::string> texts(const char* name, std::size_t max_count, std::size_t max);
    /// That it isn't there, or null.
    void none(const char* name);
    bool has(const char* name) const { return object_.contains(name); }
    void done() const;

    std::string path(const char* name) const { return prefix_ + name; }

private:
    const boost::json::value* find(const char* name);
    const boost::json::value& need(const char* name);

    const boost::json::object& object_;
    std::string prefix_;
    std::vector<std::string> read_;
};

/// A request's body as an object. Throws BadRequest.
boost::json::object parse_body(const std::string& body);

}  // namespace lars::console
