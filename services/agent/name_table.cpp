#include "agent/name_table.hpp"

#include <algorithm>

namespace lars::agent {
namespace {

// Of all names a twentieth is looked at in each turn, as of modules, but no fewer than this.
constexpr std::size_t kTurns = 20;
constexpr std::size_t kMinVisits = 64;

}  // namespace

NameTable::Name* NameTable::use(std::string_view text, lb::Time now) {
    auto* name = find(text);
    if (!name) {
        if (unknown_ >= limits_.max_unknown || size() >= limits_.max_names) return nullptr;
        name = &add(text, now);
        new_.emplace_back(text);
    }
    name->last = now;
    return name;
}

NameTable::Name& NameTable::add(std::string_view text, lb::Time now) {
    auto& name = *names_.emplace_back(std::make_unique<Name>());
    name.text = text;
    name.last = now;
    name.position = names_.size() - 1;
    by_text_.emplace(std::string_view(name.text), &name);
    ++unknown_;
    return name;
}

void NameTable::set(const NameUpdate& update, lb::Time now) {
    auto* name = find(update.name);
    if (!name) {
        if (!update.meaning.module || size() >= limits_.max_names) return;
        name = &add(update.name, now);
    }
    if (!name->known) --unknown_;
    name->known = update.meaning.module.has_value();
    name->module = update.meaning.module.value_or(ModuleId());
    name->answered = true;
    name->alias = !update.meaning.target.empty();
    if (!name->known) ++unknown_;
}

void NameTable::advance(bool dns_reachable, lb::Time now) {
    const auto visits = std::min(size(), std::max(kMinVisits, size() / kTurns + 1));
    for (std::size_t i = 0; i < visits; ++i) {
        if (next_ >= size()) next_ = 0;
        const auto& name = *names_[next_];
        const bool stays = name.known && !dns_reachable;
        const auto timeout = name.known ? limits_.idle_timeout : limits_.unknown_timeout;
        if (!stays && now - name.last >= timeout) {
            dropped_.push_back(name.text);
            remove(next_);
        } else {
            ++next_;
        }
        if (names_.empty()) return;
    }
}

void NameTable::forget(std::string_view text) {
    if (const auto* name = find(text)) remove(name->position);
}

// The last one takes its position.
void NameTable::remove(std::size_t position) {
    auto& name = names_[position];
    if (!name->known) --unknown_;
    by_text_.erase(std::string_view(name->text));
    std::swap(name, names_.back());
    names_[position]->position = position;
    names_.pop_back();
}

}  // namespace lars::agent
