#include "agent/name_field.hpp"

#include "support/catch.hpp"
#include "support/peer.hpp"

#include <string>
#include <vector>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;

namespace {

/// A body, and its parts as texts in hexadecimal.
struct Parted {
    explicit Parted(const std::string& hex) : bytes(from_hex(hex)) {
        const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const auto parts = part_at_name({begin, bytes.size()});
        before = text(parts.before);
        name = std::string(parts.name);
        behind = text(parts.behind);
    }
    static std::string text(std::span<const std::uint8_t> part) {
        return to_hex({reinterpret_cast<const char*>(part.data()), part.size()});
    }

    std::string bytes;
    std::string before;
    std::string name;
    std::string behind;
};

}  // namespace

TEST_CASE("a body is parted at its name, wherever that stands") {
    const Parted first(
        "8a0103706179"
        "0801"
    );
    CHECK(first.name == "pay");
    CHECK(first.before.empty());
    CHECK(first.behind == "0801");
    const Parted middle(
        "0801"
        "8a0103706179"
        "1002"
    );
    CHECK(middle.before == "0801");
    CHECK(middle.behind == "1002");
    const Parted last(
        "0801"
        "900102"
        "8a0103706179"
    );
    CHECK(last.before == "0801900102");
    CHECK(last.name == "pay");
    CHECK(Parted("0801").before == "0801");
    CHECK(Parted("8a0100").name.empty());
}

TEST_CASE("fields of all kinds before the name are passed over") {
    // A fixed64, a fixed32, a text, a varint of ten bytes.
    const std::string fields =
        "91010102030405060708"
        "9d0101020304"
        "92010161"
        "98"
        "01ffffffffffffffffff01";
    const Parted parted(fields + "8a0103706179");
    CHECK(parted.before == fields);
    CHECK(parted.name == "pay");
}

TEST_CASE("a body that is cut, or none, is left whole, and is for the parser to refuse") {
    const std::vector<std::string> bad{
        "8a01",                      // no size
        "8a0104706179",              // more than there is
        "8a01ffffffff0f706179",      // far more
        "8a01ffffffffffffffffff01",  // a size of 64 bits
        "8a01ff",                    // a size that is cut
        "0b"
        "8a0103706179",  // a group
        "07"
        "8a0103706179",  // no wire type
        "92010a61"
        "8a0103706179",           // a text beyond the end
        "9201ffffffff0f",         // the same, by far
        "9101010203",             // a fixed64 that is cut
        "ffffffffffffffffffffff"  // a tag without an end
    };
    for (const auto& hex : bad) {
        CAPTURE(hex);
        const Parted parted(hex);
        CHECK(parted.before == hex);
        CHECK(parted.name.empty());
        CHECK(parted.behind.empty());
    }
}

TEST_CASE("of a name that stands twice the second is for the parser, and no body crashes") {
    const Parted twice(
        "8a0103706179"
        "8a0103626164"
    );
    CHECK(twice.name == "pay");
    CHECK(twice.behind == "8a0103626164");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    const auto hex = to_hex(all);
    for (std::size_t begin = 0; begin < hex.size(); begin += 2) {
        for (std::size_t size = 0; begin + size <= hex.size() && size <= 40; size += 2) {
            const Parted parted(hex.substr(begin, size));
            CHECK(parted.before.size() + parted.behind.size() <= size);
        }
    }
}
