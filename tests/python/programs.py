#!/usr/bin/python3.11
"""Realistic Python programs that use sockets, on Mortise's `_socket`.

    tests/python/programs.py [--extension FILE]

They are what the standard library is mostly used for: an HTTP server and its
clients, thousands of asyncio connections, megabytes in both directions over
TLS, datagrams, descriptors that are passed on, and a manager of processes.
"""

import argparse
import asyncio
import http.server
import multiprocessing.managers
import os
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request
import xmlrpc.client
import xmlrpc.server

import _socket

INSIDE = "MORTISE_PROGRAMS"


def serve(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def stop():
        server.shutdown()
        thread.join()
        server.server_close()

    return stop


class Store:
    def __init__(self):
        self.items = []

    def add(self, item):
        self.items.append(item)
        return len(self.items)


class Manager(multiprocessing.managers.BaseManager):
    pass


Manager.register("Store", Store)


class Programs(unittest.TestCase):
    def test_is_ours(self):
        self.assertTrue(_socket.__mortise__)
        self.assertEqual(os.path.realpath(_socket.__file__), os.path.realpath(os.environ["MORTISE_PYTHON_SOCKET"]))

    def test_http(self):
        with tempfile.TemporaryDirectory() as folder:
            content = os.urandom(3_000_000)
            with open(os.path.join(folder, "file"), "wb") as file:
                file.write(content)

            class Handler(http.server.SimpleHTTPRequestHandler):
                def __init__(self, *args):
                    super().__init__(*args, directory=folder)

                def log_message(self, *args):
                    pass

            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            self.addCleanup(serve(server))
            url = f"http://localhost:{server.server_port}/file"
            results = []

            def fetch():
                with urllib.request.urlopen(url, timeout=30) as answer:
                    results.append(answer.read() == content)

            threads = [threading.Thread(target=fetch) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(results, [True] * 20)

    def test_asyncio(self):
        async def handle(reader, writer):
            while line := await reader.readline():
                writer.write(line.upper())
                await writer.drain()
            writer.close()

        async def client(port, number):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for i in range(5):
                writer.write(f"hello {number} {i}\n".encode())
                self.assertEqual(await reader.readline(), f"HELLO {number} {i}\n".encode())
            writer.close()
            await writer.wait_closed()

        async def main():
            server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=500)
            port = server.sockets[0].getsockname()[1]
            for _ in range(10):
                await asyncio.gather(*(client(port, i) for i in range(200)))
            server.close()
            await server.wait_closed()

        asyncio.run(main())

    def test_tls(self):
        import ssl

        certificate = os.path.join("/usr/lib/python3.11/test", "keycert.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        trusting = ssl.create_default_context(cafile=certificate)
        data = os.urandom(2_000_000)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with context.wrap_socket(self.request, server_side=True) as tls:
                    got = b""
                    while len(got) < len(data):
                        got += tls.recv(65536)
                    tls.sendall(got[::-1])

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(serve(server))
        with socket.create_connection(server.server_address, timeout=30) as plain:
            with trusting.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(data)
                got = b""
                while len(got) < len(data):
                    got += tls.recv(65536)
        self.assertEqual(got, data[::-1])

    def test_xmlrpc(self):
        server = xmlrpc.server.SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
        server.register_function(lambda a, b: a + b, "add")
        self.addCleanup(serve(server))
        with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{server.server_address[1]}") as proxy:
            for i in range(50):
                self.assertEqual(proxy.add(i, 1), i + 1)

    def test_datagrams(self):
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family, socket.SOCK_DGRAM) as a, socket.socket(family, socket.SOCK_DGRAM) as b:
                a.bind((host, 0))
                b.bind((host, 0))
                a.settimeout(10)
                for i in range(200):
                    b.sendto(b"%d" % i, a.getsockname())
                    data, sender = a.recvfrom(100)
                    self.assertEqual((data, sender), (b"%d" % i, b.getsockname()))

    def test_manager(self):
        # The manager is a process of its own, which loads the module itself.
        with Manager(ctx=multiprocessing.get_context("spawn")) as manager:
            store = manager.Store()
            self.assertEqual([store.add(i) for i in range(20)], list(range(1, 21)))

    def test_descriptors(self):
        a, b = socket.socketpair()
        with a, b:
            reading, writing = os.pipe()
            socket.send_fds(a, [b"x"], [writing])
            os.close(writing)
            data, descriptors, _, _ = socket.recv_fds(b, 10, 5)
            self.assertEqual((data, len(descriptors)), (b"x", 1))
            os.write(descriptors[0], b"through")
            os.close(descriptors[0])
            self.assertEqual(os.read(reading, 10), b"through")
            os.close(reading)

    def test_signal_ends_a_call(self):
        # In a child process, because it has to be the main thread of a program.
        code = (
            "import signal, socket, _socket\n"
            "assert _socket.__mortise__\n"
            "class Ended(Exception): pass\n"
            "def handler(*args): raise Ended\n"
            "signal.signal(signal.SIGALRM, handler)\n"
            "a, b = socket.socketpair()\n"
            "server = socket.create_server(('127.0.0.1', 0))\n"
            "for call in (lambda: a.recv(1), lambda: a.recvmsg(1), server.accept):\n"
            "  for timeout in (None, 20):\n"
            "    a.settimeout(timeout); server.settimeout(timeout)\n"
            "    signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
            "    try: call()\n"
            "    except Ended: print('ended')\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "ended\n" * 6, done.stderr)

    def test_threads_of_one_socket(self):
        a, b = socket.socketpair()
        with a, b:
            data = os.urandom(5_000_000)
            echo = threading.Thread(target=lambda: self.echo(b, len(data)))
            send = threading.Thread(target=a.sendall, args=(data,))
            echo.start()
            send.start()
            got = bytearray()
            while len(got) < len(data):
                got += a.recv(100_000)
            send.join()
            echo.join()
            self.assertEqual(bytes(got), data)

    def echo(self, connection, size):
        while size > 0:
            piece = connection.recv(50_000)
            connection.sendall(piece)
            size -= len(piece)

    def test_inetd_style(self):
        # The program has a server's connection as its standard streams.
        with socket.create_server(("127.0.0.1", 0)) as server:
            with socket.create_connection(server.getsockname()) as client:
                connection, _ = server.accept()
                with connection:
                    child = subprocess.Popen(["tr", "a-z", "A-Z"], stdin=connection, stdout=connection)
                client.sendall(b"shout")
                client.shutdown(socket.SHUT_WR)
                client.settimeout(30)
                self.assertEqual(client.makefile("rb").read(), b"SHOUT")
                self.assertEqual(child.wait(), 0)

    def test_fork(self):
        a, b = socket.socketpair()
        child = os.fork()
        if child == 0:
            a.close()
            b.sendall(b"from the child")
            os._exit(0)
        b.close()
        with a:
            self.assertEqual(a.makefile("rb").read(), b"from the child")
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_timeouts(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(0.05)
            began = time.monotonic()
            with self.assertRaises(TimeoutError):
                server.accept()
            self.assertGreaterEqual(time.monotonic() - began, 0.05)


def main():
    import run_suite

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extension", default=run_suite.EXTENSION, metavar="FILE")
    extension = os.path.abspath(parser.parse_args().extension)
    run_suite.skip_or_enter_namespaces(extension, os.environ.get("XML_OUTPUT_FILE"), __file__)
    with tempfile.TemporaryDirectory(prefix="mortise-programs-") as logs:
        environment = run_suite.environment_for(extension, logs)
        environment[INSIDE] = "1"
        done = subprocess.run([run_suite.PYTHON, "-W", "error", __file__], env=environment, timeout=280)
        reports = run_suite.sanitizer_reports(logs, extension)
    for report in reports:
        print(report)
    return 1 if done.returncode or reports else 0


if __name__ == "__main__":
    if INSIDE in os.environ:
        unittest.main()
    sys.exit(main())
