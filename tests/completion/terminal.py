"""Types into a program on a terminal: terminal.py PROGRAM ARGUMENT..., with pairs of lines on stdin, as Python
writes strings: what is typed, and what has to be on the screen before the next is typed. Prints the screen; fails
when something does not appear."""

import ast
import os
import pty
import select
import sys
import time

LIMIT = 20

steps = [ast.literal_eval(line) for line in sys.stdin.read().splitlines()]
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
screen = b""
status = 0
for typed, wanted in steps:
    os.write(terminal, typed.encode())
    start, limit = len(screen), time.monotonic() + LIMIT
    while wanted.encode() not in screen[start:]:
        ready, _, _ = select.select([terminal], [], [], max(0, limit - time.monotonic()))
        try:
            piece = os.read(terminal, 65536) if ready else b""
        except OSError:
            piece = b""
        if not piece:
            print(f"{wanted!r} did not appear after {typed!r}")
            status = 1
            break
        screen += piece
    if status:
        break
sys.stdout.write(screen.decode("utf-8", "replace"))
os.close(terminal)
sys.exit(status)
