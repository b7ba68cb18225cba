#!/usr/bin/env python3
"""Runs the cases of cases.toml with the client of each language, and prints which passed.

    run.py [--build DIRECTORY] [--languages c,python,...] [--case TEXT] [--faults] [--json]

DIRECTORY is a build of Lars with the drivers in C and C++ (default build/release). --faults puts
three faults into the client of each language, one at a time, and passes when each is noticed.
Rows are cases, columns are languages. Ends with 1 when one failed.
"""

import argparse
import concurrent.futures
import ipaddress
import json
import os
import pathlib
import queue
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib

from faults import FAULTS
from scripted_agent import ScriptedAgent

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LANGUAGES = ["c", "cpp", "asio", "python", "asyncio", "native", "java", "go"]
HANG = 60  # seconds; an answer takes the client's timeout at most


class Clients:
    """Where the clients' sources are, and the commands that run their drivers."""

    # Programs that live for a moment gain nothing from the best code.
    jvm = ("-XX:TieredStopAtLevel=1",)

    def __init__(self, build, scratch, sources=ROOT / "client", changed=None):
        """`changed` is the file that differs in these sources, if they aren't those of the build."""
        self._build = pathlib.Path(build).resolve()
        self._scratch = pathlib.Path(scratch)
        self._sources = pathlib.Path(sources)
        self._changed = changed

    def command(self, language):
        return getattr(self, "_" + language)()

    def _c(self):
        return [str(self._program("c"))]

    def _cpp(self):
        return [str(self._program("cpp"))]

    def _asio(self):
        return [str(self._program("cpp")), "--asio"]

    def _program(self, language):
        """As the build has it; or with the object of the changed file before the library."""
        if self._changed is None:
            return self._build / "test-bin" / f"conformance_{language}"
        units = json.loads((self._build / "compile_commands.json").read_text())
        commands = {unit["file"]: shlex.split(unit["command"]) for unit in units}
        library = commands[str(ROOT / "client" / self._changed)]
        driver = HERE / "drivers" / f"driver.{language}"
        objects = [
            self._compile(library, self._sources / self._changed),
            self._compile(commands[str(driver)], driver),
        ]
        program = self._scratch / f"conformance_{language}"
        sanitize = [flag for flag in library if flag.startswith("-fsanitize")]
        archive = self._build / "client" / "liblars_client.a"
        run_tool(["g++", *sanitize, *objects, archive, "-pthread", "-o", program])
        return program

    def _compile(self, command, source):
        made = self._scratch / (source.name + ".o")
        flags = command[: command.index("-o")]
        run_tool([*flags, "-o", made, "-c", source], cwd=self._build)
        return made

    def _python(self, *flags):
        path = f"PYTHONPATH={self._sources / 'python' / 'src'}"
        driver = str(HERE / "drivers" / "driver.py")
        return ["env", path, "PYTHONDONTWRITEBYTECODE=1", sys.executable, driver, *flags]

    def _asyncio(self):
        return self._python("--asyncio")

    def _native(self):
        library = f"LD_LIBRARY_PATH={self._build / 'client'}"
        cache = (self._build / "CMakeCache.txt").read_text()
        # A sanitizer's library must be there before Python is, and find what throws in C++.
        sanitizer = re.search(r"LARS_SANITIZE:\w+=(address|thread)", cache)
        preload = []
        if sanitizer:
            names = "lib" + sanitizer.group(1)[0] + "san.so", "libstdc++.so.6"
            found = [run_tool(["g++", f"-print-file-name={name}"]).strip() for name in names]
            preload = [f"LD_PRELOAD={':'.join(found)}", "ASAN_OPTIONS=detect_leaks=0"]
        return ["env", library, *preload, *self._python("--native")]

    def _java(self):
        out = self._scratch / "java"
        if not out.exists():
            sources = sorted((self._sources / "java" / "src" / "main").rglob("*.java"))
            driver = HERE / "drivers" / "Driver.java"
            run_tool(["javac", "--release", "11", "-d", out, driver, *sources])
        return ["java", *self.jvm, "-cp", str(out), "Driver"]

    def _go(self):
        program = self._scratch / "go_driver"
        if not program.exists():
            work = self._scratch / "go"
            work.mkdir(parents=True)
            shutil.copy(HERE / "drivers" / "driver.go", work / "main.go")
            self.write_go_module(work, self._sources / "go")
            run_tool(["go", "build", "-o", program, "."], cwd=work)
        return [str(program)]

    @staticmethod
    def write_go_module(directory, client):
        """Of a program that uses the client."""
        (directory / "go.mod").write_text(
            "module program\n\ngo 1.19\n\nrequire lars v0.0.0\n\n" f"replace lars => {client}\n"
        )


def run_tool(command, **options):
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
    done = subprocess.run(
        [str(each) for each in command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        **options,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


class Driver:
    """A driver that runs, perhaps with an /etc/hosts of its own."""

    def __init__(self, command, hosts=None):
        self._hosts = hosts
        if hosts is not None:
            mount = 'mount --bind "$0" /etc/hosts && exec "$@"'
            unshare = ["unshare", "--map-root-user", "--mount"]
            command = [*unshare, "sh", "-c", mount, hosts.name, *command]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.process = self._process.pid
        self._lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def ask(self, line):
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answer = self._lines.get(timeout=HANG)
        except queue.Empty:
            self._process.kill()
            return "it hangs"
        except BrokenPipeError:
            answer = None
        if answer is None:
            self._process.kill()
            return "it ended: " + self._process.stderr.read()[:2_000]
        return answer

    def kill(self):
        self._process.kill()
        self._process.wait()

    def close(self):
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()


def canonical(text):
    """Addresses as one language writes them and another doesn't."""

    def shorten(found):
        return f"[{ipaddress.ip_address(found.group(1))}]"

    return re.sub(r"\[([0-9a-fA-F:.]+)\]", shorten, text)


class RealAgent:
    """A lars-agent that knows no dns, for services to register at."""

    port = 0
    faults = ()

    def __init__(self, build):
        self._programs = pathlib.Path(build) / "bin"
        self._directory = tempfile.TemporaryDirectory(prefix="lars-agent.")
        self.socket = self._directory.name + "/agent.sock"
        self._process = None

    def start(self):
        state = self._directory.name + "/state"
        os.makedirs(state, exist_ok=True)
        flags = ["--udp-port", "0", "--socket", self.socket, "--state-directory", state]
        self._process = subprocess.Popen(
            [self._programs / "lars-agent", "--dns", "127.0.0.1:1", *flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + HANG
        while self.listed() is None:
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError("lars-agent doesn't start")
            time.sleep(0.02)

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def listed(self):
        """What is registered at it, each with endpoint, weight and state; None: it doesn't answer."""
        command = [self._programs / "lars", "service", "list", "--json", "--socket", self.socket]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if not said.strip():
            return None
        words = ("service", "endpoint", "weight", "state")
        all_of = [[str(each[word]) for word in words] for each in json.loads(said)["services"]]
        return "; ".join(" ".join(each) for each in all_of) or "nothing"

    def end_question(self):
        pass

    @staticmethod
    def missing():
        return 0


class Case:
    def __init__(self, case, answers, build):
        self._case = case
        self._answers = answers
        self._build = build
        self.name = case["name"]

    def run(self, driver_of):
        """What is wrong; nothing: it passed. `driver_of(own, hosts)` answers who is to run it."""
        case = self._case
        with tempfile.NamedTemporaryFile("w", prefix="lars-hosts.") as hosts:
            own = case.get("own", False) or "hosts" in case
            if "hosts" in case:
                hosts.write(case["hosts"])
                hosts.flush()
                os.chmod(hosts.name, 0o644)
            real = case.get("registry", False)
            agent = RealAgent(self._build) if real else ScriptedAgent(case, self._answers)
            driver = driver_of(own, hosts if "hosts" in case else None)
            try:
                return self._run(driver, agent, hosts)
            finally:
                agent.stop()
                if own:
                    driver.close()

    def _run(self, driver, agent, hosts):
        case = self._case
        down = case.get("down", 0)
        if down == 0:
            agent.start()
        problems = []
        if not case["run"][0].startswith(("open", "register")):
            where = case.get("call", "127.0.0.1:{port}/3").format(port=agent.port)
            opened = driver.ask(f"open {where} {case.get('timeout', 3_000)}")
            if opened != "ok":
                problems.append(f"open: {opened}")
        starting = threading.Timer(down / 1_000, agent.start) if down > 0 else None
        if starting is not None:
            starting.start()
        for line, wanted in zip(case["run"], case["see"], strict=True):
            if isinstance(agent, RealAgent):
                line = line.format(socket=agent.socket)
            got = self._step(driver, agent, line, wanted)
            if wanted != "*" and canonical(got) != wanted:
                problems.append(f"{line}: {got} and not {wanted}")
            if starting is not None:
                starting.join()
            if "hosts_later" in case:
                hosts.seek(0)
                hosts.truncate()
                hosts.write(case["hosts_later"])
                hosts.flush()
        if "agent" in case and down >= 0:
            until = time.monotonic() + 10
            while agent.missing() and time.monotonic() < until and not problems:
                time.sleep(0.01)
            if agent.missing():
                problems.append(f"{agent.missing()} datagrams were never sent")
        return problems + list(agent.faults)

    @staticmethod
    def _step(driver, agent, line, wanted):
        def do(command):
            if command == "restart":
                agent.stop()
                agent.start()
                return "ok"
            if command == "kill":
                driver.kill()
                return "ok"
            if command == "listed":
                return agent.listed()
            agent.end_question()
            return driver.ask(command)

        command, _, rest = line.partition(" ")
        if not command.endswith("*"):
            return do(line)
        until = time.monotonic() + 30
        while True:
            got = do(f"{command[:-1]} {rest}".strip())
            if canonical(got or "") == wanted or time.monotonic() > until:
                return got
            time.sleep(0.02)


def run_cases(command, cases):
    """Each case's name, and what is wrong, one after the other."""
    driver = Driver(command)
    try:
        for case in cases:
            yield case.name, case.run(
                lambda own, hosts: Driver(command, hosts) if own else driver
            )
    finally:
        driver.close()


def print_table(results, cases, languages):
    width = max(len(case.name) for case in cases)
    print(" " * width, *(f"{language:>8}" for language in languages))
    for case in cases:
        cells = ["FAIL" if results[language][case.name] else "ok" for language in languages]
        print(f"{case.name:<{width}}", *(f"{cell:>8}" for cell in cells))
    for language in languages:
        for name, problems in results[language].items():
            for problem in problems:
                print(f"{language}: {name}: {problem}")


def load_cases(build):
    with open(HERE / "cases.toml", "rb") as file:
        table = tomllib.load(file)
    return [Case(case, table["answers"], build) for case in table["case"]]


def check_all(arguments, languages):
    cases = [case for case in load_cases(arguments.build) if arguments.case in case.name]
    if not cases:
        sys.exit(f"no case has '{arguments.case}' in its name")
    with tempfile.TemporaryDirectory(prefix="lars-conformance.") as scratch:
        clients = Clients(arguments.build, scratch)
        with concurrent.futures.ThreadPoolExecutor(len(languages)) as pool:
            futures = {
                language: pool.submit(lambda of: dict(run_cases(clients.command(of), cases)), language)
                for language in languages
            }
            results = {language: future.result() for language, future in futures.items()}
    failed = sum(bool(problems) for of in results.values() for problems in of.values())
    if arguments.json:
        print(json.dumps(results))
    else:
        print_table(results, cases, languages)
        print(f"{len(cases)} cases in {len(languages)} languages, {failed} failed")
    return 1 if failed else 0


def check_faults(arguments, languages):
    """Each fault that is put in must make a case fail."""
    cases = load_cases(arguments.build)
    missed = 0
    for language, name, file, old, new in FAULTS:
        if language not in languages:
            continue
        with tempfile.TemporaryDirectory(prefix="lars-faults.") as scratch:
            sources = pathlib.Path(scratch) / "client"
            shutil.copytree(ROOT / "client", sources)
            path = sources / file
            text = path.read_text()
            if text.count(old) != 1:
                sys.exit(f"{file} hasn't exactly one place with: {old}")
            path.write_text(text.replace(old, new))
            clients = Clients(arguments.build, scratch, sources, file)
            results = run_cases(clients.command(language), cases)
            noticed = next((case for case, problems in results if problems), None)
            results.close()
        print(f"{language:>8}  {name}: {'noticed by: ' + noticed if noticed else 'MISSED'}")
        missed += not noticed
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=ROOT / "build" / "release")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--case", default="", help="only those with this text in their name")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    languages = arguments.languages.split(",")
    for each in languages:
        if each not in LANGUAGES:
            sys.exit(f"no language '{each}'; there are: {', '.join(LANGUAGES)}")
    check = check_faults if arguments.faults else check_all
    return check(arguments, languages)


if __name__ == "__main__":
    sys.exit(main())
