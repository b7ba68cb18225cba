#include "agent/route_file.hpp"

#include "wire/route.hpp"

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>

#include <span>
#include <stdexcept>
#include <utility>

namespace lars::agent {
namespace {

constexpr std::string_view kMagic = "LARSRTES";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kHeaderSize = 8 + 4 + 4 + 8;

template <class T>
void append(std::string& out, T value) {
    boost::endian::native_to_little_inplace(value);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
    T value{};
    bytes.copy(reinterpret_cast<char*>(&value), sizeof value, offset);
    return boost::endian::little_to_native(value);
}

std::uint32_t checksum(std::string_view bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

}  // namespace

void throw_exception_from_error(
    const RouteFile::Refusal& refusal, const boost::source_location& /*where*/
) {
    throw std::runtime_error(refusal.why);
}

void RouteFile::set(ModuleId module, RouteBytes bytes) {
    records_[module] = std::move(bytes);
}

// Fields that this agent doesn't know are kept.
void RouteFile::set_origin(ModuleId module, const RouteOrigin& origin) {
    const auto found = records_.find(module);
    GetRouteResponse response;
    if (found == records_.end() || !response.ParseFromString(*found->second)) return;
    response.set_store_id(origin.store_id);
    response.set_version(origin.version);
    found->second = std::make_shared<const std::string>(response.SerializeAsString());
}

void RouteFile::erase(ModuleId module) {
    records_.erase(module);
}

std::string RouteFile::encode() const {
    std::string body;
    for (const auto& [module, record] : records_) {
        append(body, static_cast<std::uint32_t>(record->size()));
        body += *record;
    }
    std::string out(kMagic);
    append(out, kFormat);
    append(out, checksum(body));
    append(out, std::uint64_t{body.size()});
    return out + body;
}

RouteFile::Records RouteFile::decode(std::string_view all) {
    if (!all.starts_with(kMagic.substr(0, std::min(all.size(), kMagic.size())))) {
        return Refusal{"it isn't a file of routes"};
    }
    if (all.size() < kHeaderSize) return Refusal{"it is cut short"};
    const auto format = number_at<std::uint32_t>(all, 8);
    if (format != kFormat) {
        return Refusal{
            "its format is " + std::to_string(format) + ", and this agent reads " +
            std::to_string(kFormat)};
    }
    const auto body = all.substr(kHeaderSize);
    if (number_at<std::uint64_t>(all, 16) != body.size()) return Refusal{"it is cut short"};
    if (number_at<std::uint32_t>(all, 12) != checksum(body)) {
        return Refusal{"it is damaged: its checksum doesn't match"};
    }
    std::vector<Record> records;
    GetRouteResponse response;
    for (std::size_t at = 0; at < body.size();) {
        if (body.size() - at < sizeof(std::uint32_t)) return Refusal{"its last record is cut"};
        const auto size = number_at<std::uint32_t>(body, at);
        at += sizeof(std::uint32_t);
        if (body.size() - at < size) return Refusal{"a record in it isn't a route"};
        auto bytes = std::make_shared<const std::string>(body.substr(at, size));
        if (!response.ParseFromString(*bytes)) return Refusal{"a record in it isn't a route"};
        at += size;
        std::size_t refused = 0;
        records.push_back({wire::from_wire(response, refused), std::move(bytes)});
    }
    return records;
}

}  // namespace lars::agent
