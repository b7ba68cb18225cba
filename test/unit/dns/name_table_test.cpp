#include "dns/name_table.hpp"

#include "dns/name_answer.hpp"
#include "support/catch.hpp"

#include <map>

using namespace lars;
using namespace lars::dns;
using Trust = RouteTable::Trust;

namespace {

constexpr ModuleId kOne{1, 1};
constexpr ModuleId kTwo{2, 1};

store::ModuleNames names_of(
    ModuleId module,
    std::string name,
    std::vector<std::string> aliases = {},
    std::uint64_t removed = 0
) {
    store::ModuleNames names;
    names.module = module;
    names.sum = {name.empty() ? 0 : 1 + aliases.size(), 7 * name.size() + aliases.size()};
    names.name = std::move(name);
    names.aliases = std::move(aliases);
    names.removed = removed;
    return names;
}

/// What was published, for people: "payments=1/1", "pay=1/1(payments)", "gone=-".
std::vector<std::string> texts_of(const NameTable::Changed& changed) {
    std::vector<std::string> all;
    for (const auto& each : changed) {
        auto text = each->name + '=';
        text += each->missing ? "-" : to_string(each->module);
        if (!each->target.empty()) text += '(' + each->target + ')';
        if (each->store_id != 0) text += '@' + std::to_string(each->version);
        all.push_back(text);
    }
    return all;
}

using Texts = std::vector<std::string>;

/// A table that has read "payments" and its alias "pay" of store 5 at version 10.
struct World {
    World() {
        CHECK(
            texts_of(table.load({names_of(kOne, "payments", {"pay"})}, {}, 5, 10)) ==
            Texts{"pay=1/1(payments)", "payments=1/1"}
        );
    }
    Texts apply(std::vector<store::ModuleNames> names, const NameTable::Evidence& evidence = {}) {
        return texts_of(table.apply(std::move(names), evidence, ++version));
    }
    NameTable table;
    std::uint64_t version = 10;
};

NameTable::Evidence with(Trust trust, HoldReason replaced = HoldReason::other_store) {
    NameTable::Evidence evidence;
    evidence.trust = trust;
    evidence.replaced = replaced;
    return evidence;
}

}  // namespace

TEST_CASE("a name that is pointed elsewhere is believed at once, with its aliases") {
    World world;
    CHECK(
        world.apply({names_of(kOne, "", {}, 2), names_of(kTwo, "payments", {"pay"})}) ==
        Texts{"pay=2/1(payments)", "payments=2/1"}
    );
    CHECK(world.table.size() == 2);
    CHECK(world.table.sum().rows == 2);
}

TEST_CASE("a renamed module has its old name as an alias") {
    World world;
    CHECK(
        world.apply({names_of(kOne, "billing", {"pay", "payments"}, 2)}) ==
        Texts{"billing=1/1", "pay=1/1(billing)", "payments=1/1(billing)"}
    );
}

TEST_CASE("what is the same isn't published again") {
    World world;
    CHECK(world.apply({names_of(kOne, "payments", {"pay"})}).empty());
    CHECK(
        texts_of(world.table.repair({names_of(kOne, "payments", {"pay"})}, Trust::guarded)).empty()
    );
}

TEST_CASE("names that went are believed to have if the log says so, and held else") {
    World world;
    SECTION("it does") {
        CHECK(world.apply({names_of(kOne, "", {}, 2)}) == Texts{"pay=-", "payments=-"});
        CHECK(world.table.size() == 0);
    }
    SECTION("it doesn't, or says of fewer") {
        CHECK(
            world.apply({names_of(kOne, "", {}, 1)}) ==
            Texts{"pay=1/1(payments)@10", "payments=1/1@10"}
        );
        CHECK(world.table.held_count() == 2);
        CHECK(world.table.held().at(1).reason == HoldReason::unexplained);
        CHECK(world.table.sum() == store::RowSum());
        SECTION("until they come back") {
            CHECK(
                world.apply({names_of(kOne, "payments", {"pay"})}) ==
                Texts{"pay=1/1(payments)", "payments=1/1"}
            );
            CHECK(world.table.held_count() == 0);
        }
        SECTION("or come back elsewhere") {
            CHECK(world.apply({names_of(kTwo, "payments")}) == Texts{"payments=2/1"});
            CHECK(world.table.held_count() == 1);
        }
        SECTION("or somebody confirms that") {
            CHECK(world.apply({}, with(Trust::confirmed)) == Texts{"pay=-", "payments=-"});
            CHECK(world.table.held_count() == 0);
        }
        SECTION("and a removal that is logged later explains nothing") {
            CHECK(world.apply({names_of(kOne, "", {}, 2)}).empty());
            CHECK(world.table.held_count() == 2);
        }
    }
    SECTION("the comparison finds it") {
        CHECK(world.table.repair({}, Trust::guarded).size() == 2);
        CHECK(world.table.held_count() == 2);
    }
}

TEST_CASE("many names that go at once wait for an audit entry") {
    NameTable table;
    std::vector<store::ModuleNames> all;
    std::vector<store::ModuleNames> gone;
    for (int i = 0; i < 30; ++i) {
        all.push_back(names_of({i, 1}, "service-" + std::to_string(i)));
        if (i < 20) gone.push_back(names_of({i, 1}, "", {}, 1));
    }
    table.load(all, {}, 5, 10);
    NameTable::Evidence evidence;
    SECTION("there is none") {
        table.apply(gone, evidence, 11);
        CHECK(table.held_count() == 20);
        CHECK(table.held().front().reason == HoldReason::large);
    }
    SECTION("there is") {
        evidence.audited_names = 20;
        CHECK(table.apply(gone, evidence, 11).size() == 20);
        CHECK(table.held_count() == 0);
        CHECK(table.size() == 10);
    }
}

TEST_CASE("whatever differs in another store is held, as it was in the one before") {
    World world;
    const auto changed = texts_of(world.table.load(
        {names_of(kTwo, "payments"), names_of(kOne, "new")}, with(Trust::replaced), 6, 3
    ));
    CHECK(changed == Texts{"new=1/1", "pay=1/1(payments)@10", "payments=1/1@10"});
    CHECK(world.table.held().at(1).reason == HoldReason::other_store);
    CHECK(world.apply({}, with(Trust::confirmed)) == Texts{"pay=-", "payments=2/1"});
}

TEST_CASE("a name that is an alias too is what it is by itself") {
    NameTable table;
    const auto changed = table.load({names_of(kOne, "a", {"b"}), names_of(kTwo, "b")}, {}, 5, 10);
    CHECK(texts_of(changed) == Texts{"a=1/1", "b=2/1"});
    // Without that it is the alias.
    CHECK(texts_of(table.apply({names_of(kTwo, "", {}, 1)}, {}, 11)) == Texts{"b=1/1(a)"});
}

TEST_CASE("an agent is answered, or left alone with what it holds") {
    StoreView store;
    store.identity.id = 5;
    store.version = 10;
    store.log_begin = 1;
    PublishedName served;
    served.name = "payments";
    served.module = kOne;
    NameQuestion question;
    question.served = &served;
    CHECK_FALSE(doubt_of(question, store));  // it holds nothing
    question.brought = {true, kOne, 6, 99};
    CHECK_FALSE(doubt_of(question, store));  // the same, wherever from
    question.brought = {true, kTwo, 5, 9};
    CHECK_FALSE(doubt_of(question, store));  // pointed elsewhere meanwhile
    question.brought = {true, kTwo, 6, 9};
    CHECK(doubt_of(question, store) == HoldReason::other_store);
    question.brought = {true, kTwo, 5, 11};
    CHECK(doubt_of(question, store) == HoldReason::later_version);

    question.served = nullptr;
    question.brought = {true, kOne, 5, 9};
    CHECK(doubt_of(question, store) == HoldReason::unexplained);
    question.removed_at = 10;
    CHECK_FALSE(doubt_of(question, store));  // the log says that it was removed
    question.removed_at = 8;
    CHECK(doubt_of(question, store) == HoldReason::unexplained);
    store.confirmed_at = 10;
    CHECK_FALSE(doubt_of(question, store));
    question.brought = {true, kOne, 6, 9};
    store.identity.adopted = {6};
    CHECK_FALSE(doubt_of(question, store));
    question.brought.store_id = 0;
    question.removed_at = 0;
    CHECK_FALSE(doubt_of(question, store));
    store.began_empty = true;
    CHECK(doubt_of(question, store) == HoldReason::empty_store);
}
