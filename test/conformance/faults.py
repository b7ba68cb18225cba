"""Faults that are put into clients, to see that the cases notice: language, what it does, file
under client/, text there, and what takes its place."""

FAULTS = [
    ("python", "asks the wrong shard", "python/src/lars/_requests.py",
     "return (modid + cmdid) % self._shards", "return (modid + cmdid + 1) % self._shards"),
    ("python", "takes a late answer", "python/src/lars/_requests.py",
     "if said is None or said.seq != seq:", "if said is None:"),
    ("python", "never asks again", "python/src/lars/_channel.py",
     "            self._due = self._all - self._dead\n\n    def refused", "            pass\n\n    def refused"),
    ("java", "asks the wrong shard", "java/src/main/java/io/lars/LarsClient.java",
     "return (int) (((long) modid + cmdid) % locator.shards);",
     "return (int) (((long) modid + cmdid + 1) % locator.shards);"),
    ("java", "takes a late answer", "java/src/main/java/io/lars/LarsClient.java",
     "if (said == null || said.seq != seq) return false;", "if (said == null) return false;"),
    ("java", "never asks again", "java/src/main/java/io/lars/Question.java",
     "            due = all & ~dead;\n        }\n    }", "        }\n    }"),
    ("go", "asks the wrong shard", "go/client.go",
     "return int((int64(id.modid) + int64(id.cmdid)) % int64(c.locator.agent.shards))",
     "return int((int64(id.modid) + int64(id.cmdid) + 1) % int64(c.locator.agent.shards))"),
    ("go", "takes a late answer", "go/client.go",
     "if !ok || said.seq != seq ||", "if !ok ||"),
    ("go", "never asks again", "go/channel.go",
     "\t\tq.due = q.all &^ q.dead\n\t}\n}", "\t}\n}"),
]
