#!/usr/bin/env python3
"""The side of //tests/benchmarks:poller that CPython's module selectors is.

    python_selectors.py IDLE BUSY    BUSY socket pairs among IDLE descriptors
    python_selectors.py wake         two threads that wake each other

Prints "ready". For each line of input, which is a number, makes so many passes and
prints the nanoseconds of one.
"""

import resource
import selectors
import socket
import sys
import threading
import time


class Exchange:
    def __init__(self, idle, busy):
        self.selector = selectors.DefaultSelector()
        self.idle = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(idle)]
        self.pairs = [socket.socketpair() for _ in range(busy)]
        for watched in self.idle + [reader for _, reader in self.pairs]:
            self.selector.register(watched, selectors.EVENT_READ)

    def run(self, times):
        for _ in range(times):
            for writer, _ in self.pairs:
                writer.send(b"x")
            left = len(self.pairs)
            while left:
                for key, _ in self.selector.select():
                    key.fileobj.recv(1)
                    left -= 1


class Waker:
    """Wakes a selector as asyncio does."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.reader, self.writer = socket.socketpair()
        self.selector.register(self.reader, selectors.EVENT_READ)

    def wait(self):
        self.selector.select()
        self.reader.recv(4096)

    def wake(self):
        self.writer.send(b"\0")


class Wakes:
    def __init__(self):
        self.here, self.there = Waker(), Waker()
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while True:
            self.there.wait()
            self.here.wake()

    def run(self, times):
        for _ in range(times):
            self.there.wake()
            self.here.wait()


def main():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    job = Wakes() if sys.argv[1] == "wake" else Exchange(int(sys.argv[1]), int(sys.argv[2]))
    print("ready", flush=True)
    for line in sys.stdin:
        times = int(line)
        begin = time.perf_counter_ns()
        job.run(times)
        print((time.perf_counter_ns() - begin) / times, flush=True)


if __name__ == "__main__":
    main()
