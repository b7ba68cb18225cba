#pragma once

#include "agent/name_meaning.hpp"
#include "agent/route_bytes.hpp"
#include "agent/route_origin.hpp"
#include "base/route.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lars::agent {

/// Routes as the bytes of a file that outlives the agent: the magic "LARSRTES", format version,
/// CRC-32 and size of the rest, then one GetRouteResponse after another, as dns sent it, each
/// behind its size. Format 2 has names besides: NameResponses, whose sizes have the highest bit
/// set; without any the format is 1, which agents of before read. All numbers are little-endian. No
/// I/O; belongs to one thread.
class RouteFile {
public:
    /// Why bytes aren't believed, in words for people.
    struct Refusal {
        std::string why;
    };
    /// A route with the bytes that it was decoded from.
    struct Record {
        Route route;
        RouteBytes bytes;
    };
    struct Content : std::vector<Record> {
        std::vector<NameUpdate> names;
    };
    using Records = boost::system::result<Content, Refusal>;

    /// Keeps the module's route in place of the one before.
    void set(ModuleId module, RouteBytes bytes);
    /// Another origin of the module's route, if it has one.
    void set_origin(ModuleId module, const RouteOrigin& origin);
    void erase(ModuleId module);
    /// Keeps what the name stands for, or that it stands for nothing by keeping nothing.
    void set_name(const NameUpdate& update);
    void erase_name(const std::string& name) { names_.erase(name); }
    /// Modules.
    std::size_t size() const { return records_.size(); }

    std::string encode() const;
    /// Refuses a file that lost or changed any byte.
    static Records decode(std::string_view bytes);

private:
    std::map<ModuleId, RouteBytes> records_;
    std::map<std::string, NameMeaning> names_;
};

/// For Records::value() where it has none.
[[noreturn]] void throw_exception_from_error(
    const RouteFile::Refusal& refusal, const boost::source_location& where
);

}  // namespace lars::agent
