"""Calls functions of `_socket`, and prints the result of each call in one line.

compare_calls.py runs this on the interpreter's own module and on Mortise's. The
lines do not show what differs from run to run, such as a port or a descriptor.
"""

import itertools
import os
import random
import sys

import _socket
import socket

# Names that describe the module itself. One of them marks Mortise's module.
NOT_OF_THE_MODULE = {"__file__", "__mortise__", "_Poller", "__loader__", "__spec__", "__doc__"}


def answer(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except RecursionError:
        raise
    except BaseException as error:
        kind = type(error)
        return f"{kind.__module__}.{kind.__qualname__}{error.args!r}"


def say(what, text):
    print(f"{what} -> {text}".encode("ascii", "backslashreplace").decode())


def call(name, *args, **kwargs):
    function = getattr(_socket, name)
    shown = ", ".join([repr(a) for a in args] + [f"{k}={v!r}" for k, v in kwargs.items()])
    say(f"{name}({shown})", answer(function, *args, **kwargs))


def surface():
    for name in sorted(set(dir(_socket)) - NOT_OF_THE_MODULE):
        value = getattr(_socket, name)
        say(name, repr(value) if isinstance(value, (int, str, type)) else type(value).__name__)
    for name in dir(_socket.socket):
        if name != "__doc__":
            say(f"socket.{name}", type(getattr(_socket.socket, name)).__name__)


ODD = [None, -1, 0, 1.5, "x", b"x", 2**31, 2**63, 2**70, (), [], object]


def texts(random_):
    """Returns well-formed and malformed addresses of IP."""
    fixed = """
        0 1 127.1 127.0.1 127.0.0.1 127.0.0.1. .127.0.0.1 1.2.3.4.5 256.1.1.1 0x7f.1 0x7f000001 017700000001
        0177.0.0.1 08.1.1.1 0x 0xg 4294967295 4294967296 1.16777215 1.16777216 1.2.65535 1.2.65536 -1 +1
        1..2 1.2.3. a.b.c.d :: ::1 1:: :::: 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1:2:3:4:5:6:7:8:9
        ::1.2.3.4 ::ffff:1.2.3.4 ::ffff:256.1.1.1 1:2:3:4:5:6:1.2.3.4 1:2:3:4:5:6:7:1.2.3.4 12345:: g:: fe80::1%lo
        fe80::1%1 fe80::1% ::1%0 FF02::1 1:0:0:2:0:0:0:3 0:0:1:: ::0:0:0 1::2::3 ::1: :1 1: 01.02.03.04 1.2.3.04
    """.split()
    yield from fixed
    yield from ("", " ", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "1.2.3.4 x", "\u0661.2.3.4", "\x00", "1\x002")
    letters = "0123456789abcdefx.::%  "
    for _ in range(1500):
        yield "".join(random_.choice(letters) for _ in range(random_.randrange(1, 20)))
    for _ in range(1500):
        parts = [random_.choice(["", "0", "1", "ff", "0x1f", "012", "255", "256", "65535", "ffff", "12345"]) for _ in range(random_.randrange(1, 9))]
        yield random_.choice([".", ":"]).join(parts)


def pure(random_):
    for text in texts(random_):
        call("inet_aton", text)
        call("inet_pton", socket.AF_INET, text)
        call("inet_pton", socket.AF_INET6, text)
    for size in (0, 1, 3, 4, 5, 15, 16, 17):
        for _ in range(20):
            packed = bytes(random_.choice([0, 0, 1, 255, random_.randrange(256)]) for _ in range(size))
            call("inet_ntoa", packed)
            call("inet_ntop", socket.AF_INET, packed)
            call("inet_ntop", socket.AF_INET6, packed)
    for _ in range(2000):
        packed = b"".join(random_.choice([b"\0\0", b"\0\0", b"\xff\xff", b"\0\1", bytes([random_.randrange(256), random_.randrange(256)])]) for _ in range(8))
        call("inet_ntop", socket.AF_INET6, packed)
    for family in (-1, 0, 1, 3, 99, 2**40):
        call("inet_pton", family, "::1")
        call("inet_ntop", family, b"\0" * 4)
    for name in ("htons", "ntohs", "htonl", "ntohl"):
        for value in ODD + [1, 255, 256, 65535, 65536, 2**32 - 1, 2**32, -65536, True]:
            call(name, value)
        call(name)
        call(name, 1, 2)
    for name in ("CMSG_LEN", "CMSG_SPACE"):
        for value in ODD + [1, 7, 8, 9, 100, 2**31 - 64, 2**31 - 16, 2**31 - 1]:
            call(name, value)
    for name in ("inet_aton", "inet_ntoa", "inet_pton", "inet_ntop"):
        for value in ODD:
            call(name, value)
            call(name, socket.AF_INET, value)


def numeric_hosts(random_):
    for host in itertools.islice(texts(random_), 400):
        for service in (None, "80"):
            call("getaddrinfo", host, service, flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)


def names(random_):
    hosts = [None, "", b"", "localhost", b"localhost", "127.0.0.1", "::1", "no.such.name.invalid", "127.1", "<broadcast>", "a" * 64, "a" * 300 + ".invalid", "\xfc.invalid", "\udc80", "a..b", ".", 5, bytearray(b"localhost"), "0.0.0.0", "fe80::1%lo"]
    ports = [None, 0, 80, 65535, 65536, -1, "http", "80", b"80", "", "no such service", " 80", "80 ", "+80", "0x50", 1.5, (), 2**31, 2**70, "\ud800", True]
    for host in hosts:
        call("getaddrinfo", host, 80)
        for name in ("gethostbyname", "gethostbyname_ex", "gethostbyaddr"):
            call(name, host)
    for port in ports:
        for flags in (0, socket.AI_PASSIVE, socket.AI_NUMERICSERV, socket.AI_CANONNAME):
            call("getaddrinfo", "127.0.0.1", port, 0, socket.SOCK_STREAM, 0, flags)
            call("getaddrinfo", None, port, socket.AF_INET6, socket.SOCK_DGRAM, 0, flags)
    for family, kind, proto, flags in itertools.product((0, 1, 2, 10, 17, 99, -1), (0, 1, 2, 3, 5, 99), (0, 6, 17, 255), (0, 1, 2, 4, 8, 0x20, 0x400, 1 << 20)):
        call("getaddrinfo", "127.0.0.1", 80, family, kind, proto, flags)
    for args in ((), (1,), ("x",), ("x", 1, 2, 3, 4, 5, 6)):
        call("getaddrinfo", *args)
    services = ["http", "HTTP", "domain", "ssh", "nope", "", "80", "http\0", 5, None, "\xfc"]
    for service in services:
        call("getservbyname", service)
        for proto in ("tcp", "udp", "sctp", "TCP", "", "nope", None, 5):
            call("getservbyname", service, proto)
    for port in itertools.chain(range(0, 1200), (3306, 5432, 8080, 65535, 65536, -1, None, "80", 2**40)):
        call("getservbyport", port)
        call("getservbyport", port, "tcp")
        call("getservbyport", port, "udp")
    for name in ("tcp", "TCP", "udp", "icmp", "ipv6", "ip", "", "nope", "6", 6, None, "a\0b"):
        call("getprotobyname", name)
    flags = [0, *(1 << i for i in range(8)), 3, 99, 1000, -1]
    addresses = [("127.0.0.1", 80), ("127.0.0.1", 0), ("::1", 80), ("::1", 80, 0, 1), ("::1", 80, 1, 1), ("fe80::1", 80, 0, 1), ("fe80::1%lo", 80), ("ff02::1", 1, 0, 42), ("10.1.2.3", 65535), ("127.0.0.1", 65536), ("127.0.0.1", -1), ("localhost", 80), ("", 80), ("<broadcast>", 80), ("127.1", 80), ("::1", 80, 2**20), ("::1", 80, -1), ("127.0.0.1", 80, 0), ("127.0.0.1",), (), ("127.0.0.1", "80"), (b"127.0.0.1", 80), (None, 80), ["127.0.0.1", 80], None, ("::1", 80, 0, 0, 0), ("a\0b", 80), ("::1", 80, 0, 2**40)]
    for address in addresses:
        for flag in flags:
            call("getnameinfo", address, flag)
    for value in ODD + ["lo", b"lo", "x" * 200, "lo\0"]:
        call("if_nametoindex", value)
        call("if_indextoname", value)
    for value in (1, 2, 99, 2**32, 2**32 + 1):
        call("if_indextoname", value)
    call("if_nameindex")
    call("sethostname", 5)
    call("sethostname", "a\0b")
    call("sethostname", b"x" * 200)


# The methods that are called on a new socket of each kind.
METHODS = {
    "bind": 1,
    "connect": 1,
    "connect_ex": 1,
    "listen": 1,
    "shutdown": 1,
    "settimeout": 1,
    "setblocking": 1,
    "recv": 1,
    "recvfrom": 1,
    "recv_into": 1,
    "recvfrom_into": 1,
    "recvmsg": 1,
    "recvmsg_into": 1,
    "send": 1,
    "sendall": 1,
    "sendmsg": 1,
}
ADDRESSES = [
    None,
    (),
    ("",),
    ("127.0.0.1",),
    ("127.0.0.1", 1),
    ("127.0.0.1", 65536),
    ("127.0.0.1", -1),
    ("127.0.0.1", 2**70),
    ("127.0.0.1", "1"),
    ("127.0.0.1", 1.5),
    ("127.0.0.1", 1, 2),
    ("::1", 1),
    ("::1", 1, 0),
    ("::1", 1, 2**20, 0),
    ("::1", 1, -1, 0),
    ("::1", 1, 0, 2**40),
    ("::1", 1, 0, 0, 0),
    ("::ffff:127.0.0.1", 1),
    ("no.such.name.invalid", 1),
    ("<broadcast>", 1),
    ("255.255.255.255", 1),
    ("a\0b", 1),
    ("\xfc.invalid", 1),
    ("a" * 64, 1),
    (b"127.0.0.1", 1),
    (bytearray(b"127.0.0.1"), 1),
    (5, 1),
    ["127.0.0.1", 1],
    "/no/such/folder/socket",
    b"/no/such/folder/socket",
    bytearray(b"/no/such/folder/socket"),
    "x" * 107,
    "x" * 108,
    "x" * 200,
    "\0" + "x" * 107,
    "\0" + "x" * 108,
    "\udcff",
    "\ud800",
    5,
]
KINDS = [
    (socket.AF_INET, socket.SOCK_STREAM),
    (socket.AF_INET, socket.SOCK_DGRAM),
    (socket.AF_INET6, socket.SOCK_STREAM),
    (socket.AF_INET6, socket.SOCK_DGRAM),
    (socket.AF_UNIX, socket.SOCK_STREAM),
    (socket.AF_UNIX, socket.SOCK_DGRAM),
    (socket.AF_NETLINK, socket.SOCK_RAW),
    (socket.AF_PACKET, socket.SOCK_RAW),
]
FAMILY_ADDRESSES = {
    socket.AF_NETLINK: [(0, 0), (1, 2), (0,), (0, 0, 0), (-1, 0), (0, 2**32), ("x", 0), (0, 2**31), None, [0, 0]],
    socket.AF_PACKET: [("lo", 0), ("lo", 3, 0), ("lo", 3, 1, 1, b"\0" * 6), ("lo", 3, 0, 0, b"x" * 9), ("nope", 3), ("x" * 20, 3), ("lo", -1), ("lo", 65536), ("lo",), (b"lo", 3), None, ["lo", 3], ("lo", 3, 0, 0, "x")],
}


def on_socket(kind, name, *args):
    """Prints the result of a call on a new socket, and its addresses."""
    with socket.socket(*kind) as new:
        own = _socket.socket(*kind, fileno=new.detach())
        # Each call ends at once. The timeout is long enough for a busy machine.
        own.settimeout(10)
        text = answer(getattr(own, name), *args)
        if name == "bind" and "Error" not in text and kind[0] == socket.AF_PACKET:
            text += " " + answer(own.getsockname)
        own.close()
        if kind[0] == socket.AF_UNIX and name == "bind" and text == "None" and os.path.exists(args[0]):
            os.unlink(args[0])
    shown = ", ".join(repr(a) for a in args)
    say(f"{kind[0]}/{kind[1]} {name}({shown})", text)


def methods():
    for kind in KINDS:
        addresses = ADDRESSES + FAMILY_ADDRESSES.get(kind[0], [])
        if kind[0] == socket.AF_PACKET:
            addresses = addresses[-13:]
        for address in addresses:
            for name in ("bind", "connect", "connect_ex"):
                on_socket(kind, name, address)
            on_socket(kind, "sendto", b"x", address)
            on_socket(kind, "sendto", b"x", 0, address)
            on_socket(kind, "sendmsg", [b"x"], [], 0, address)
    kind = KINDS[0]
    for name in METHODS:
        for value in ODD + [bytearray(b""), bytearray(4), [bytearray(2)], [b"x"], -(2**31), float("nan"), float("inf"), 1e300, True]:
            on_socket(kind, name, value)
            on_socket(kind, name, value, value)
            on_socket(kind, name, value, 0)
        on_socket(kind, name)
        on_socket(kind, name, 1, 2, 3, 4, 5)
    for name in ("close", "detach", "fileno", "getpeername", "getsockname", "gettimeout", "getblocking", "_accept"):
        on_socket(kind, name, 1)
    for args in ((), (1,), (1, 2, 3), (1, 2, 0), (1, 3), (1, 3, 0), (1, 3, -1), (1, 3, 1024), (1, 3, 1025), (1, 3, 2**40), ("x", 2), (999, 2), (1, 999), (6, 1), (6, 11, 4)):
        on_socket(kind, "getsockopt", *args)
    for args in ((), (1, 2), (1, 2, 1), (1, 2, None), (1, 2, None, 4), (1, 2, None, -1), (1, 2, 1, 4), (1, 2, b"\1\0\0\0"), (1, 2, b"\1"), (1, 2, b""), (1, 2, "x"), (1, 2, 2**31), (1, 2, 2**40), (1, 2, -1), (1, 2, 1.5), (999, 2, 1), (1, 999, 1), (1, 13, b"\1\0\0\0\2\0\0\0")):
        on_socket(kind, "setsockopt", *args)


def closed():
    own = _socket.socket()
    own.close()
    for name, args in {
        "bind": [("127.0.0.1", 0)],
        "connect": [("127.0.0.1", 1)],
        "connect_ex": [("127.0.0.1", 1)],
        "listen": [],
        "shutdown": [2],
        "settimeout": [1],
        "setblocking": [False],
        "gettimeout": [],
        "getblocking": [],
        "recv": [1],
        "recvfrom": [1],
        "recv_into": [bytearray(1)],
        "recvfrom_into": [bytearray(1)],
        "recvmsg": [1],
        "recvmsg_into": [[bytearray(1)]],
        "send": [b"x"],
        "sendall": [b"x"],
        "sendto": [b"x", ("127.0.0.1", 1)],
        "sendmsg": [[b"x"]],
        "getpeername": [],
        "getsockname": [],
        "getsockopt": [1, 2],
        "setsockopt": [1, 2, 1],
        "_accept": [],
        "close": [],
        "detach": [],
        "fileno": [],
        "__repr__": [],
    }.items():
        say(f"closed {name}", answer(getattr(own, name), *args))


def creation():
    for args in itertools.product((-1, 0, 1, 2, 10, 16, 17, 99, 2**31, "x"), (-1, 0, 1, 2, 3, 5, 99, 1 | 2048, 1 | 0o2000000), (-1, 0, 6, 17, 255)):
        def make():
            with socket.socket(*args) as made:
                return int(made.family), int(made.type), made.proto, made.gettimeout()

        say(f"socket{args}", answer(make))
        say(f"socketpair{args}", answer(lambda: [s.close() or (int(s.family), int(s.type), s.proto) for s in socket.socketpair(*args)]))
    for fileno in (None, -1, 1.5, "x", 2**31, 2**70, 10**6):
        say(f"fileno={fileno}", answer(lambda: _socket.socket(fileno=fileno).close()))
    for name in ("close", "dup"):
        for value in ODD[:2] + [2**31 - 1, 2**31, 1.5, "x"]:
            call(name, value)
    for value in ODD + [0.5, 1e-9, 1e-10, 1e300, float("nan"), float("inf"), -1e-9, 2**62, True]:
        call("setdefaulttimeout", value)
        say("then", answer(_socket.getdefaulttimeout))
        _socket.setdefaulttimeout(None)


def transfer():
    """Calls whose results contain data."""
    for family in (socket.AF_UNIX,):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            a, b = socket.socketpair(family, kind)
            with a, b:
                b.settimeout(1)
                for data in (b"", b"x", b"hello" * 10):
                    if not data and kind != socket.SOCK_DGRAM:
                        continue
                    for receive in (
                        lambda: b.recv(20),
                        lambda: b.recvfrom(20),
                        lambda: b.recv_into(bytearray(20)),
                        lambda: b.recv_into(bytearray(20), 5),
                        lambda: b.recvfrom_into(bytearray(20)),
                        lambda: b.recvmsg(20, 100),
                        lambda: b.recvmsg_into([bytearray(3), bytearray(4)], 100),
                        lambda: b.recv(20, socket.MSG_PEEK),
                        lambda: b.recv(0) + b.recv(20),
                    ):
                        sent = answer(a.send, data)
                        say(f"{family}/{kind} {data!r} {sent}", answer(receive))
                        while "Error" not in answer(b.recv, 100, socket.MSG_DONTWAIT):
                            pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as b:
        b.bind(("127.0.0.1", 0))
        b.settimeout(1)
        b.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        a.connect(b.getsockname())
        a.sendmsg([b"a", b"b"], [(socket.IPPROTO_IP, socket.IP_TOS, b"\x10\0\0\0")])
        say("tos", answer(lambda: b.recvmsg(10, 100)[:3]))
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"abc")
            connection, _ = server.accept()
            with connection:
                say("stream", answer(connection.recvfrom, 2))
                say("stream", answer(connection.recvmsg, 2, 50))
                client.shutdown(socket.SHUT_WR)
                say("end", answer(connection.recv, 10))


def main():
    random_ = random.Random(20221126)
    surface()
    pure(random_)
    numeric_hosts(random_)
    names(random_)
    methods()
    closed()
    creation()
    transfer()


if __name__ == "__main__":
    sys.exit(main())
