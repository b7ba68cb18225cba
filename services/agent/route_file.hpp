#pragma once

#include "base/route.hpp"

#include <boost/system/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace lars::agent {

/// Routes as the bytes of a file that outlives the agent: the magic "LARSRTES", format version,
/// CRC-32 and size of the rest, then one GetRouteResponse after another, each behind its size. All
/// numbers are little-endian.
class RouteFile {
public:
    /// Why bytes aren't believed, in words for people.
    struct Refusal {
        std::string why;
    };
    using Routes = boost::system::result<std::vector<Route>, Refusal>;

    /// Keeps the latest route of a module; one without endpoints is dropped.
    void put(const Route& route);
    std::size_t size() const { return records_.size(); }

    std::string encode() const;
    static Routes decode(const std::string& bytes);

private:
    std::map<ModuleId, std::string> records_;  // encoded
};

[[noreturn]] void throw_exception_from_error(
    const RouteFile::Refusal& refusal, const boost::source_location& where
);

}  // namespace lars::agent
