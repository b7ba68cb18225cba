"""Does what run.py says with the Python client: a command a line, and a line of what came of it."""

import sys

import lars

client = None
chosen = None


def module_of(text):
    first, comma, second = text.partition(",")
    return (int(first), int(second)) if comma else text


def host_of(text):
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


def choose(words):
    global chosen
    options = dict(word.split("=", 1) for word in words[1:])
    chosen = client.choose(
        module_of(words[0]),
        select=options.get("select", ""),
        hash_key=lars.hash_text(options["key"]) if "key" in options else None,
        exclude=[host_of(each) for each in options.get("exclude", "").split(",") if each],
        attempt=int(options.get("attempt", 0)),
    )
    return f"succ {chosen.host} {chosen.modid},{chosen.cmdid}"


def report(words):
    load = [float(word[5:]) for word in words if word.startswith("load=")]
    latency = None if words[2] == "-" else int(words[2]) / 1e6
    good = client.report(
        module_of(words[0]),
        chosen,
        int(words[1]),
        latency=latency,
        server_load=load[0] if load else None,
    )
    return "ok" if good else "noanswer"


def do(command, words):
    global client
    if command == "open":
        if client is not None:
            client.close()
        timeout = int(words[1]) / 1_000 if len(words) > 1 else 0.5
        client = lars.Client(words[0], timeout=timeout)
        return "ok"
    if command == "choose":
        return choose(words)
    if command == "report":
        return report(words)
    if command == "route":
        hosts = client.route(module_of(words[0]))
        return f"succ {len(hosts)} {hosts[0]} {hosts[-1]}"
    if command == "prepare":
        client.prepare(module_of(words[0]))
        return "succ"
    if command == "hash":
        return str(lars.hash_text(words[0]))
    raise ValueError(command)


def answer(line):
    command, *words = line.split()
    try:
        return do(command, words)
    except lars.NoAnswer:
        return "noanswer"
    except lars.NoSuchModule:
        return "noexist"
    except lars.Overloaded as error:
        return f"overload {error.wait * 1_000:.0f}"
    except lars.Invalid:
        return "invalid"
    except lars.AgentNotFound:
        return "notfound"


for line in sys.stdin:
    print(answer(line), flush=True)
