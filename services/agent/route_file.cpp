#include "agent/route_file.hpp"

#include "base/module_name.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>

#include <span>
#include <stdexcept>
#include <utility>

namespace lars::agent {
namespace {

constexpr std::string_view kMagic = "LARSRTES";
constexpr std::uint32_t kFormatOfRoutes = 1;
constexpr std::uint32_t kFormat = 2;
constexpr std::uint32_t kNameBit = 0x80000000;
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

std::string encode_name(const std::string& name, const NameMeaning& meaning) {
    NameResponse response;
    response.set_name(name);
    wire::set_module(*meaning.module, response);
    response.set_target(meaning.target);
    response.set_store_id(meaning.origin.store_id);
    response.set_version(meaning.origin.version);
    return response.SerializeAsString();
}

bool decode_name(std::string_view bytes, NameUpdate& out) {
    NameResponse response;
    if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
    const auto module = wire::module_of(response);
    if (!module.valid() || !why_no_name(response.name()).empty()) return false;
    out.name = response.name();
    out.meaning.module = module;
    out.meaning.target = response.target();
    out.meaning.origin = {response.store_id(), response.version()};
    return true;
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

void RouteFile::set_name(const NameUpdate& update) {
    if (update.meaning.module) {
        names_[update.name] = update.meaning;
    } else {
        names_.erase(update.name);
    }
}

std::string RouteFile::encode() const {
    std::string body;
    for (const auto& [module, record] : records_) {
        append(body, static_cast<std::uint32_t>(record->size()));
        body += *record;
    }
    for (const auto& [name, meaning] : names_) {
        const auto record = encode_name(name, meaning);
        append(body, static_cast<std::uint32_t>(record.size()) | kNameBit);
        body += record;
    }
    std::string out(kMagic);
    append(out, names_.empty() ? kFormatOfRoutes : kFormat);
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
    if (format != kFormat && format != kFormatOfRoutes) {
        return Refusal{
            "its format is " + std::to_string(format) + ", and this agent reads " +
            std::to_string(kFormatOfRoutes) + " and " + std::to_string(kFormat)};
    }
    const auto body = all.substr(kHeaderSize);
    if (number_at<std::uint64_t>(all, 16) != body.size()) return Refusal{"it is cut short"};
    if (number_at<std::uint32_t>(all, 12) != checksum(body)) {
        return Refusal{"it is damaged: its checksum doesn't match"};
    }
    Content records;
    GetRouteResponse response;
    for (std::size_t at = 0; at < body.size();) {
        if (body.size() - at < sizeof(std::uint32_t)) return Refusal{"its last record is cut"};
        const auto head = number_at<std::uint32_t>(body, at);
        const bool is_name = format == kFormat && (head & kNameBit) != 0;
        const auto size = is_name ? head & ~kNameBit : head;
        at += sizeof(std::uint32_t);
        if (is_name) {
            NameUpdate name;
            if (body.size() - at < size || !decode_name(body.substr(at, size), name)) {
                return Refusal{"a record in it isn't a name"};
            }
            records.names.push_back(std::move(name));
            at += size;
            continue;
        }
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
