#!/usr/bin/env bash
# That docs/schema.md has each table, column, index and trigger of the database, and no other tables:
# schema_page.sh LARS PAGE.
set -euo pipefail
lars=$1 page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$lars" store migrate --store "sqlite://$work/lars.db" > /dev/null
ask() { sqlite3 "$work/lars.db" "$1"; }
status=0
wrong() {
    echo "$1"
    status=1
}

tables=$(ask "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
for table in $tables; do
    # From the table's own name on, to that of the next one.
    text=$(sed -n "/\*\*$table\*\*/,/^\*\*[A-Z]/p" "$page" | tr -c '[:alnum:]_' '\n')
    [[ -n $text ]] || { wrong "the page has no **$table**" && continue; }
    for column in $(ask "SELECT name FROM pragma_table_info('$table')"); do
        [[ $column =~ ^b([1-9]|1[0-6])$ ]] && continue  # "b0 to b17"
        grep -qx "$column" <<< "$text" || wrong "the page has no column $column of $table"
    done
done
for name in $(grep -oE '\*\*[A-Z][A-Za-z]+\*\*' "$page" | tr -d '*'); do
    grep -qx "$name" <<< "$tables" || wrong "there is no table $name"
done
for trigger in $(ask "SELECT name FROM sqlite_master WHERE type = 'trigger'"); do
    grep -q "$trigger" "$page" || wrong "the page has no trigger $trigger"
done
for trigger in $(grep -oE '\blars_(route|policy|name|alias|version)_[a-z]+' "$page"); do
    [[ -n $(ask "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = '$trigger'") ]] ||
        wrong "there is no trigger $trigger"
done
migrations=$(ask 'SELECT MAX(version) FROM SchemaVersion')
[[ $(grep -cE '^\| [0-9]+ \| ' "$page") == "$migrations" ]] ||
    wrong "the page doesn't have the $migrations migrations"
[[ -n $tables ]] || wrong "no tables were made"
exit $status
