#include "bad_datagrams.hpp"

#include "base/endpoint.hpp"
#include "base/error.hpp"
#include "base/frame.hpp"
#include "base/module_id.hpp"
#include "wire/frame.hpp"

#include <limits>

namespace lars::bench {
namespace {

std::string frame(std::int32_t id, std::int32_t length, const std::string& body) {
    const auto header = encode_header({id, length});
    return std::string(header.begin(), header.end()) + body;
}

std::string report(ModuleId module, std::int32_t port) {
    ReportRequest request;
    request.set_modid(module.modid);
    request.set_cmdid(module.cmdid);
    request.mutable_host()->set_ip(1);
    request.mutable_host()->set_port(port);
    std::string bytes;
    wire::append_frame(bytes, ID_ReportRequest, request);
    return bytes;
}

}  // namespace

std::vector<BadDatagram> bad_datagrams() {
    constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
    const std::string no_message = "\xFF\xFF\xFF\xFF";
    const std::string padding(12, 'x');
    return {
        {kind_name(Errc::short_header), "lars"},
        {kind_name(Errc::negative_length), frame(ID_GetHostRequest, -1, padding)},
        {kind_name(Errc::oversized_length), frame(ID_GetHostRequest, kMax, padding)},
        {kind_name(Errc::length_mismatch), frame(ID_GetHostRequest, 1, padding)},
        {kind_name(Errc::undecodable_body), frame(ID_GetHostRequest, 4, no_message)},
        {kind_name(Errc::unknown_message), frame(99, 12, padding)},
        {kind_name(Errc::negative_module), report({-1, 1}, 80)},
        {kind_name(Errc::bad_endpoint), report({1, 1}, 70'000)},
    };
}

}  // namespace lars::bench
