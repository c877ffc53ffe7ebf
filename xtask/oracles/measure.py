#!/usr/bin/env python3
"""Run a program and say what it cost: `measure.py [--limit SECONDS] PROGRAM [ARGUMENT...]`.

Prints one JSON line: {"cpu": seconds of user and system time, "wall": seconds, "rss": bytes at the
peak of its largest process, "status": exit code}. What the program prints is thrown away. A program
that runs for longer than the limit is ended; its status is then negative.
"""

import json
import os
import shutil
import signal
import sys
import time

limit = 0
if sys.argv[1] == "--limit":
    limit = int(sys.argv[2])
    del sys.argv[1:3]
nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
program = shutil.which(sys.argv[1]) or sys.argv[1]
start = time.monotonic()
# Spawned, not forked: a copy of this interpreter would be counted with the program.
child = os.posix_spawn(program, sys.argv[1:], os.environ, file_actions=nowhere)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(limit)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - start
cost = {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "rss": used.ru_maxrss * 1024}
print(json.dumps(cost | {"status": os.waitstatus_to_exitcode(status)}))
