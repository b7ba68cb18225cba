#!/usr/bin/env bash
# Builds each client's package from a copy of its folder, without network, and uses it as a program
# elsewhere would: no agent is there, which each must say in its own words.
set -euo pipefail

sources=$(cd "$(dirname "$0")/../../client" && pwd)
work=$(mktemp -d --suffix=.lars-packages)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cp -r "$sources/python" "$sources/java" "$sources/go" "$work"
export LARS_AGENT=127.0.0.1:1/1 GOPROXY=off GOTOOLCHAIN=local

expect() { # TEXT COMMAND...
    local text=$1 said
    shift
    said=$("$@" 2>&1) || true
    [[ $said == *"$text"* ]] || { printf '%s\nsays, and not %s:\n%s\n' "$*" "$text" "$said"; exit 1; }
}

echo "python: types, wheel, sdist"
cd "$work/python"
/usr/bin/python3 -m mypy --strict src/lars
/usr/bin/python3 -m build --no-isolation > build.log 2>&1 || { cat build.log; exit 1; }
for package in dist/*.whl dist/*.tar.gz; do
    venv=$work/venv-${package##*.}
    /usr/bin/python3 -m venv --system-site-packages "$venv"
    "$venv/bin/pip" install --quiet --no-index --no-build-isolation "$package"
    cd /
    expect "$venv/lib" "$venv/bin/python" -c 'import lars; print(lars.__file__)'
    expect NoAnswer "$venv/bin/python" -c 'import lars; lars.Client(timeout=0.1).choose("payments")'
    cd "$work/python"
done

echo "java: jar"
cd "$work/java"
mvn -q -o -Dmaven.repo.local=/usr/share/maven-repo package
mkdir "$work/use-java" && cd "$work/use-java"
cat > Use.java << 'END'
import io.lars.LarsClient;
import io.lars.Module;

public class Use {
    public static void main(String[] arguments) {
        LarsClient.create().choose(Module.named("payments"));
    }
}
END
jar=$(echo "$work"/java/target/lars-client-*.jar)
javac -cp "$jar" Use.java
expect NoAnswerException java -cp "$jar:." Use

echo "go: vet, tests, a program"
cd "$work/go"
[[ -z $(gofmt -l .) ]] || { gofmt -d .; exit 1; }
go vet ./...
go test ./...
mkdir "$work/use-go" && cd "$work/use-go"
go mod init use 2> /dev/null
go mod edit -require=lars@v0.0.0 -replace="lars=$work/go"
cat > main.go << 'END'
package main

import (
	"context"
	"fmt"

	"lars"
)

func main() {
	client, err := lars.New(lars.Options{})
	if err == nil {
		_, err = client.Choose(context.Background(), "payments", lars.Request{})
	}
	fmt.Println(err)
}
END
expect "the agent doesn't answer" go run .
