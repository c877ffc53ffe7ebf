#!/usr/bin/env python3
"""Run a program and say what it cost: `measure.py PROGRAM [ARGUMENT...]`.

Prints one JSON line: {"cpu": seconds of user and system time, "wall": seconds, "rss": bytes at the
peak of its largest process, "status": exit code}. What the program prints is thrown away.
"""

import json
import resource
import subprocess
import sys
import time

start = time.monotonic()
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "wall": wall, "rss": used.ru_maxrss * 1024, "status": status}))
