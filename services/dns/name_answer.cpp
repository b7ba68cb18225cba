#include "dns/name_answer.hpp"

namespace lars::dns {
namespace {

std::optional<HoldReason> doubt_of_removal(const NameQuestion& question, const StoreView& store) {
    if (question.served) return {};  // it stands for another module now
    const auto version = question.brought.version;
    const bool log_reaches_back = store.log_begin != 0 && store.log_begin <= version + 1;
    const bool explained = !log_reaches_back || question.removed_at > version;
    if (!explained || store.doubtful) return HoldReason::unexplained;
    return {};
}

std::optional<HoldReason> doubt_of_unknown_origin(
    const NameQuestion& question, const StoreView& store
) {
    if (question.served || question.removed_at != 0) return {};
    if (store.began_empty) return HoldReason::empty_store;
    if (store.doubtful) return HoldReason::unexplained;
    return {};
}

}  // namespace

std::optional<HoldReason> doubt_of(const NameQuestion& question, const StoreView& store) {
    const auto& brought = question.brought;
    if (!brought.known) return {};
    if (question.served && question.served->module == brought.module) return {};
    if (brought.store_id == 0) return doubt_of_unknown_origin(question, store);
    if (brought.store_id != store.identity.id) {
        if (store.identity.has_adopted(brought.store_id)) return {};
        return HoldReason::other_store;
    }
    if (brought.version > store.version) return HoldReason::later_version;
    if (brought.version < store.confirmed_at) return {};
    return doubt_of_removal(question, store);
}

}  // namespace lars::dns
