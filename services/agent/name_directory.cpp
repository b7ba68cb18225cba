#include "agent/name_directory.hpp"

#include <algorithm>
#include <utility>

namespace lars::agent {
namespace {

// A dns that is behind the one that said what is held: it says more when it has caught up.
bool is_late(const NameMeaning& now, const NameMeaning& held) {
    const bool same_store =
        held.origin.store_id != 0 && now.origin.store_id == held.origin.store_id;
    return same_store && now.origin.version < held.origin.version;
}

}  // namespace

void NameDirectory::add_shard(Record& record, std::size_t shard) {
    const auto index = static_cast<std::uint32_t>(shard);
    auto& all = record.shards;
    if (std::find(all.begin(), all.end(), index) == all.end()) all.push_back(index);
}

std::optional<NameUpdate> NameDirectory::want(const std::string& name, std::size_t shard) {
    const auto [found, is_new] = records_.try_emplace(name);
    auto& record = found->second;
    add_shard(record, shard);
    if (is_new) new_.push_back({name, {}});
    if (!record.answered) return {};
    return NameUpdate{name, record.meaning};
}

NameDirectory::Shards NameDirectory::receive(const NameUpdate& update) {
    const auto found = records_.find(update.name);
    if (found == records_.end()) return {};
    auto& record = found->second;
    if (record.meaning.module && is_late(update.meaning, record.meaning)) return {};
    const bool same = record.answered && record.meaning.module == update.meaning.module &&
                      record.meaning.target == update.meaning.target;
    record.meaning = update.meaning;
    record.answered = true;
    if (same) return {};
    auto& all = record.shards;
    if (update.meaning.module) {
        const auto owner = shard_of(*update.meaning.module, shards_);
        add_shard(record, owner);
        std::iter_swap(all.begin(), std::find(all.begin(), all.end(), owner));
    }
    return all;
}

NameDirectory::Shards NameDirectory::restore(const NameUpdate& update) {
    if (!update.meaning.module) return {};
    auto& record = records_[update.name];
    record.meaning = update.meaning;
    record.answered = true;
    add_shard(record, shard_of(*update.meaning.module, shards_));
    add_shard(record, shard_of(ModuleId(), shards_));
    return record.shards;
}

bool NameDirectory::leave(const std::string& name, std::size_t shard) {
    const auto found = records_.find(name);
    if (found == records_.end()) return false;
    auto& all = found->second.shards;
    all.erase(std::remove(all.begin(), all.end(), shard), all.end());
    if (!all.empty()) return false;
    records_.erase(found);
    return true;
}

std::vector<NamePull> NameDirectory::all() const {
    std::vector<NamePull> pulls;
    pulls.reserve(records_.size());
    for (const auto& [name, record] : records_) pulls.push_back({name, record.meaning});
    return pulls;
}

std::vector<NamePull> NameDirectory::drain_new() {
    return std::exchange(new_, {});
}

}  // namespace lars::agent
