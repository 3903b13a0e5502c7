#!/usr/bin/env python3
"""Runs a command with a terminal as its standard error, as somebody who looks at it would.

    terminal.py SHOWN COMMAND...    what is written to the terminal goes to the file SHOWN

Ends with the status of the command.
"""
import os
import pty
import subprocess
import sys


def main(shown, command):
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, stderr=theirs)
    os.close(theirs)
    with open(shown, "wb") as out:
        while True:
            try:
                got = os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            if not got:
                break
            out.write(got)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
