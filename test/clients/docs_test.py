"""The programs of docs/clients.md, taken from there: each is built, and pays at the agent's node.

    docs_test.py BUILD   a build of Lars, for the C and C++ library
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "test" / "conformance")]

from run import Clients, run_tool  # noqa: E402
from scripted_agent import ScriptedAgent  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", (ROOT / "docs" / "clients.md").read_text(), re.S))
CLIENT = ROOT / "client"


class DocsTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="lars-docs.")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def write(self, name, language):
        file = self.directory / name
        file.write_text(BLOCKS[language])
        return file

    def expect_to_pay(self, *command):
        answer = {"out": ["5: 08{seq} 1001 1801 2a{ip 10.0.0.1 80}"]}
        agent = ScriptedAgent({"agent": [answer, {"out": []}]}, {})
        agent.start()
        self.addCleanup(agent.stop)
        environment = {**os.environ, "LARS_AGENT": f"127.0.0.1:{agent.port}/3"}
        done = subprocess.run(
            [str(word) for word in command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        self.assertEqual((done.stdout, done.stderr, done.returncode), ("paid at 10.0.0.1:80\n", "", 0))
        self.assertEqual(agent.faults, [])

    def compile(self, compiler, source):
        sanitize = re.findall(r"LARS_SANITIZE:\w+=(\w+)", (BUILD / "CMakeCache.txt").read_text())
        flags = [f"-fsanitize={each}" for each in sanitize]
        made = source.with_suffix(".o")
        run_tool([*compiler, *flags, f"-I{CLIENT / 'include'}", "-c", source, "-o", made])
        program = source.with_suffix("")
        run_tool(["g++", *flags, made, BUILD / "client" / "liblars_client.a", "-pthread", "-o", program])
        return program

    def test_c(self):
        self.expect_to_pay(self.compile(["gcc", "-std=c11"], self.write("pay.c", "c")))

    def test_cpp(self):
        self.expect_to_pay(self.compile(["g++", "-std=c++17"], self.write("pay.cpp", "cpp")))

    def test_python(self):
        path = f"PYTHONPATH={CLIENT / 'python' / 'src'}"
        self.expect_to_pay("env", path, sys.executable, self.write("pay.py", "python"))

    def test_java(self):
        sources = sorted((CLIENT / "java" / "src" / "main").rglob("*.java"))
        run_tool(["javac", "-d", self.directory, self.write("Pay.java", "java"), *sources])
        self.expect_to_pay("java", "-cp", self.directory, "Pay")

    def test_go(self):
        self.write("main.go", "go")
        Clients.write_go_module(self.directory, CLIENT / "go")
        run_tool(["go", "build", "-o", "pay", "."], cwd=self.directory)
        self.expect_to_pay(self.directory / "pay")


if __name__ == "__main__":
    unittest.main()
