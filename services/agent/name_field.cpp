#include "agent/name_field.hpp"

#include <google/protobuf/io/coded_stream.h>

namespace lars::agent {
namespace {

using google::protobuf::io::CodedInputStream;

constexpr std::uint32_t kNameTag = 17 << 3 | 2;

bool skip_value(CodedInputStream& in, std::uint32_t wire_type) {
    std::uint64_t number = 0;
    std::uint32_t size = 0;
    switch (wire_type) {
        case 0:
            return in.ReadVarint64(&number);
        case 1:
            return in.Skip(8);
        case 2:
            return in.ReadVarint32(&size) && size <= 0x7FFFFFFF && in.Skip(static_cast<int>(size));
        case 5:
            return in.Skip(4);
        default:
            return false;
    }
}

}  // namespace

NameField part_at_name(std::span<const std::uint8_t> body) {
    CodedInputStream in(body.data(), static_cast<int>(body.size()));
    while (true) {
        const auto begin = static_cast<std::size_t>(in.CurrentPosition());
        const auto tag = in.ReadTag();
        if (tag == 0) return {.before = body, .name = {}, .behind = {}};
        if (tag != kNameTag) {
            if (!skip_value(in, tag & 7)) return {.before = body, .name = {}, .behind = {}};
            continue;
        }
        std::uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return {.before = body, .name = {}, .behind = {}};
        const auto at = static_cast<std::size_t>(in.CurrentPosition());
        if (size > body.size() - at) return {.before = body, .name = {}, .behind = {}};
        const auto name = body.subspan(at, size);
        return {
            .before = body.first(begin),
            .name = {reinterpret_cast<const char*>(name.data()), name.size()},
            .behind = body.subspan(at + size)};
    }
}

}  // namespace lars::agent
