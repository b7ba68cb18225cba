#include "cli/arguments.hpp"
#include "cli/commands.hpp"

#include <iostream>

namespace lars::cli {
namespace {

// Both shells complete by asking for the names when they are needed: what takes a module takes a
// name, and who has set LARS_STORE has names to complete.
constexpr const char* kBash = R"sh(
_lars_names() { lars name list --words 2>/dev/null; }

_lars() {
    local word=${COMP_WORDS[COMP_CWORD]} at=$COMP_CWORD
    COMPREPLY=()
    if [ "$at" -eq 1 ]; then
        COMPREPLY=($(compgen -W "$_lars_first" -- "$word"))
        return
    fi
    local group="_lars_of_${COMP_WORDS[1]//-/_}"
    if [ -n "${!group}" ] && [ "$at" -eq 2 ]; then
        COMPREPLY=($(compgen -W "${!group}" -- "$word"))
        return
    fi
    case "$word" in
        -*) COMPREPLY=($(compgen -W "--help --store --json" -- "$word")) ;;
        *) COMPREPLY=($(compgen -W "$(_lars_names)" -- "$word")) ;;
    esac
}
complete -o default -F _lars lars
)sh";

constexpr const char* kZsh = R"sh(
_lars() {
    local group="_lars_of_${words[2]//-/_}"
    if (( CURRENT == 2 )); then
        compadd -- ${=_lars_first}
    elif (( CURRENT == 3 )) && [[ -n "${(P)group}" ]]; then
        compadd -- ${=${(P)group}}
    elif [[ "$PREFIX" == -* ]]; then
        compadd -- --help --store --json
    else
        compadd -- ${(f)"$(lars name list --words 2>/dev/null)"}
        _files
    fi
}
# Sourced, or loaded when it is first called.
if [[ "${funcstack[1]}" == _lars ]]; then _lars "$@"; else compdef _lars lars; fi
)sh";

void print_variable(const std::string& name, const Words& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    std::cout << name << "='" << text << "'\n";
}

}  // namespace

int completion(const Words& words, const CommandNames& commands) {
    Arguments arguments(
        "completion",
        "bash | zsh",
        "Prints what lets a shell complete commands, and names of modules out of the store that\n"
        "LARS_STORE names. To use it: source <(lars completion bash)"
    );
    if (!arguments.parse(words, 1, 1)) return 0;
    const auto& shell = arguments.words()[0];
    if (shell != "bash" && shell != "zsh") throw UsageError("'" + shell + "' is not bash or zsh");
    if (shell == "zsh") std::cout << "#compdef lars\n";
    Words first;
    for (const auto& [word, following] : commands) first.push_back(word);
    print_variable("_lars_first", first);
    for (const auto& [word, following] : commands) {
        if (!following.empty()) print_variable("_lars_of_" + word, following);
    }
    std::cout << (shell == "bash" ? kBash : kZsh);
    return 0;
}

}  // namespace lars::cli
