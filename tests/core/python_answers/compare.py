"""Asks Python's socket module and the library the same, and compares.

    compare.py PROGRAM

PROGRAM is built from answer.cc. There are thousands of calls, well-formed and
malformed, which are the same in every run. If the library has another answer
on purpose, DEVIATIONS says which and why. The test prints how often that was.
"""

import random
import socket
import subprocess
import sys

RANDOM = random.Random(20260)
NUMERIC = socket.AI_NUMERICHOST


# --- The calls ---------------------------------------------------------------


def mutated(text):
    """Returns `text`, most often with some mistakes in it."""
    for _ in range(RANDOM.choice((0, 1, 1, 2, 3))):
        at = RANDOM.randrange(len(text) + 1)
        what = RANDOM.randrange(4)
        if what == 0:
            text = text[:at] + text[at + 1 :]
        elif what == 1:
            text = text[:at] + RANDOM.choice("0123456789abcdefxX.:%/ -+\t\nz[]") + text[at:]
        elif what == 2 and text:
            text = text[:at] + text[RANDOM.randrange(len(text)) :]
        else:
            text = text[:at] + text[at:].replace(".", ":", 1)
    return text


def number_text():
    value = RANDOM.choice(
        (0, 1, 7, 8, 9, 127, 255, 256, 65535, 65536, 2**24 - 1, 2**24, 2**32 - 1, 2**32)
        + tuple(RANDOM.randrange(256) for _ in range(20))
    )
    return RANDOM.choice(("%d", "%d", "%d", "%d", "0%o", "0x%x", "0X%X", "00%o")) % value


def ipv4_text():
    if RANDOM.random() < 0.4:
        return ".".join(str(RANDOM.randrange(256)) for _ in range(4))
    return ".".join(number_text() for _ in range(RANDOM.randrange(1, 6)))


def ipv6_text():
    if RANDOM.random() < 0.3:
        packed = bytes(RANDOM.choice((0, 0, 0, 255, RANDOM.randrange(256))) for _ in range(16))
        return socket.inet_ntop(socket.AF_INET6, packed)
    groups = ["%x" % RANDOM.choice((0, 1, 0xFFFF, RANDOM.randrange(65536)))
              for _ in range(RANDOM.randrange(1, 9))]
    text = ":".join(groups)
    if RANDOM.random() < 0.7:
        at = RANDOM.randrange(len(groups) + 1)
        text = ":".join(groups[:at]) + "::" + ":".join(groups[at:])
    if RANDOM.random() < 0.2:
        text += ":" + ipv4_text()
    return text


def numeric_host():
    return mutated(ipv4_text() if RANDOM.random() < 0.5 else ipv6_text())


def packed(size):
    if RANDOM.random() < 0.1:
        size = RANDOM.choice((0, 1, 3, 4, 5, 15, 16, 17, 100))
    kind = RANDOM.random()
    return bytes(0 if RANDOM.random() < kind else RANDOM.randrange(256) for _ in range(size))


def table(path, columns):
    """The names that a table of the machine has."""
    names = []
    try:
        with open(path, encoding="ascii", errors="replace") as lines:
            for line in lines:
                words = line.split("#")[0].split()
                names += words[:1] + words[columns:]
    except OSError:
        pass
    return names


SERVICES = table("/etc/services", 2) + ["http", "no-such-service", "", "80", "a b", "ü"]
PROTOCOLS = table("/etc/protocols", 2) + ["tcp", "udp", "no-such-protocol", "", "6", "ü"]
PORT_TEXTS = ["", "0", "1", "80", "65535", "65536", "65616", "-1", "-80", "+80", " 80", "80 ",
              "0080", "0x50", "4294967376", "18446744073709551696", "9" * 100, "8 0", "80\n",
              "http", "HTTP", "domain", "no such", "ftp", "tftp", "ü"]


def port():
    return RANDOM.choice((
        None,
        RANDOM.choice(PORT_TEXTS).encode(),
        RANDOM.choice(PORT_TEXTS).encode(),
        mutated(RANDOM.choice(SERVICES)).encode(),
        RANDOM.randrange(65536),
        RANDOM.choice((0, 80, 65535, 65536, -1, 2**31 - 1)),
    ))


def one_of(*values):
    return RANDOM.choice(values)


def calls():
    for _ in range(3000):
        yield "inet_aton", mutated(ipv4_text())
        yield "inet_pton", socket.AF_INET, mutated(ipv4_text())
        yield "inet_pton", socket.AF_INET6, mutated(ipv6_text())
        yield "inet_ntoa", packed(4)
        yield "inet_ntop", socket.AF_INET, packed(4)
        yield "inet_ntop", socket.AF_INET6, packed(16)
        # With AI_NUMERICHOST no server is asked, whatever the host looks like.
        yield ("getaddrinfo", one_of(None, "", numeric_host(), numeric_host(), numeric_host()),
               port(),
               one_of(0, 0, 0, socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 77, -1),
               one_of(0, 0, socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW,
                      socket.SOCK_SEQPACKET, 77),
               one_of(0, 0, 0, 6, 17, 1, 132, 77),
               NUMERIC | one_of(0, 0, socket.AI_PASSIVE, socket.AI_CANONNAME,
                                socket.AI_NUMERICSERV, socket.AI_V4MAPPED, socket.AI_ALL,
                                socket.AI_V4MAPPED | socket.AI_ALL, 0x40000000))
        host = numeric_host()
        yield ("getnameinfo", host, one_of(0, 80, 53, 65535, 65536, -1, RANDOM.randrange(65536)),
               one_of(0, 0, 1, 0xFFFFF, 0x100000) if ":" in host else 0,
               one_of(0, 0, 1, 77) if ":" in host else 0,
               socket.NI_NUMERICHOST | one_of(0, socket.NI_NUMERICSERV, socket.NI_DGRAM,
                                              socket.NI_NAMEREQD, 0x40000000))
    for index, name in socket.if_nameindex():
        for host in ("fe80::1%%%d" % index, "fe80::1%%%s" % name, "::1%%%d" % index, "::1%%%s" % name,
                     "fe80::1%no such", "1.2.3.4%%%s" % name, "fe80::1%", "%%%s" % name):
            for scope in (0, index, 77):
                yield "getnameinfo", host, 80, 0, scope, socket.NI_NUMERICHOST
            yield "getaddrinfo", host, 80, 0, socket.SOCK_STREAM, 0, NUMERIC
    for _ in range(1000):
        yield "htons", RANDOM.randrange(2**16)
        yield "ntohs", RANDOM.randrange(2**16)
        yield "htonl", RANDOM.randrange(2**32)
        yield "ntohl", RANDOM.randrange(2**32)
        yield ("getservbyname", one_of(RANDOM.choice(SERVICES), mutated(RANDOM.choice(SERVICES))),
               one_of(None, "tcp", "udp", "sctp", "xyz", "TCP", ""))
        yield ("getservbyport", one_of(RANDOM.randrange(1024), RANDOM.randrange(65536), -1, 65536,
                                       2**31 - 1),
               one_of(None, "tcp", "udp", "sctp", "xyz", ""))
        yield "getprotobyname", one_of(RANDOM.choice(PROTOCOLS), mutated(RANDOM.choice(PROTOCOLS)))
    # Only hosts about which the resolver is not asked.
    for text in (ipv4_text() for _ in range(1000)):
        try:
            socket.getaddrinfo(text, None, flags=NUMERIC)
        except socket.gaierror:
            continue
        yield "gethostbyname", text
    for text in ("", "<broadcast>", "::1", "fe80::1", "::ffff:1.2.3.4"):
        yield "gethostbyname", text
    yield ("if_nameindex",)
    for index, name in socket.if_nameindex() + [(0, ""), (2**32 - 1, "no such"), (77777, "x" * 99)]:
        yield "if_nametoindex", name
        yield "if_indextoname", index
    yield "if_indextoname", -1
    yield "if_indextoname", 2**32 + 1


# --- Python's answers --------------------------------------------------------


def text_hex(text):
    return text.encode("utf-8", "surrogateescape").hex()


def infos_text(infos):
    parts = []
    for family, kind, protocol, name, address in infos:
        address = tuple(address) + (0,) * (4 - len(address))
        parts.append(",".join(map(str, (int(family), int(kind), protocol, text_hex(name)) + address)))
    return "".join(part + ";" for part in parts)


SHOW = {
    "inet_aton": bytes.hex,
    "inet_pton": bytes.hex,
    "inet_ntoa": text_hex,
    "inet_ntop": text_hex,
    "getaddrinfo": infos_text,
    "getnameinfo": lambda pair: " ".join(map(text_hex, pair)),
    "gethostbyname": text_hex,
    "getservbyport": text_hex,
    "if_indextoname": text_hex,
    "if_nameindex": lambda all_: "".join("%d,%s;" % (i, text_hex(n)) for i, n in all_),
}


def by_python(name, *arguments):
    if name == "getnameinfo":
        host, port_, flowinfo, scope, flags = arguments
        address = (host, port_, flowinfo, scope) if flowinfo or scope else (host, port_)
        arguments = (address, flags)
    if name in ("getservbyname", "getservbyport") and arguments[1] is None:
        arguments = arguments[:1]
    if name in ("getaddrinfo", "gethostbyname") and isinstance(arguments[0], str):
        # As bytes, because Python's IDNA would refuse some names before the
        # resolver is asked.
        arguments = (arguments[0].encode(),) + arguments[1:]
    try:
        answer = getattr(socket, name)(*arguments)
    except socket.gaierror as error:
        return "gaierror %d" % error.errno
    except socket.herror as error:
        return "herror %d" % error.errno
    except OSError as error:
        # Python refuses this with an OSError, and the library in another way.
        return "refused" if name.startswith("inet_") or "tuple" in str(error) else "OSError"
    except (OverflowError, ValueError):
        return "refused"
    return "ok %s" % SHOW.get(name, str)(answer)


# --- Where the library differs on purpose ------------------------------------


def is_port_out_of_range(port_):
    return isinstance(port_, int) and not 0 <= port_ <= 65535


DEVIATIONS = {
    # glibc stops reading at white space, whatever follows it. An address that
    # a user wrote could be taken for another one.
    "inet_aton takes no text behind the address": lambda call, python, ours: (
        call[0] == "inet_aton" and ours == "refused" and any(c in call[1] for c in " \t\n")),
    # Python passes the number on, and glibc takes it modulo 65536.
    "a port beyond 65535 is refused": lambda call, python, ours: (
        call[0] in ("getaddrinfo", "getnameinfo") and ours == "refused"
        and is_port_out_of_range(call[2])),
    # The manual: "by passing either an empty string or None, you can pass NULL
    # to the C API". Python since 3 passes the empty string.
    "an empty host or port is none": lambda call, python, ours: (
        call[0] == "getaddrinfo" and (call[1] == "" or call[2] == b"")),
    # Python passes "" on as the name of a protocol.
    "no protocol is any protocol": lambda call, python, ours: (
        call[0] in ("getservbyname", "getservbyport") and call[2] == ""),
    # Python cuts the number to 32 bits.
    "an index beyond 32 bits is refused": lambda call, python, ours: (
        call[0] == "if_indextoname" and ours == "refused" and call[1] >= 2**32),
    # Python replaces the scope in the text with the number beside it, which is
    # 0 if there is none. glibc accepts names of interfaces only for link-local
    # addresses.
    "a scope in the text of a host counts": lambda call, python, ours: (
        call[0] == "getnameinfo" and "%" in call[1]),
}


# --- Both --------------------------------------------------------------------


def word(argument):
    if argument is None:
        return "-"
    if isinstance(argument, int):
        return "i%d" % argument
    if isinstance(argument, str):
        argument = argument.encode()
    return "s" + argument.hex()


def main(program):
    every = list(calls())
    lines = "".join(" ".join([c[0]] + [word(a) for a in c[1:]]) + "\n" for c in every)
    run = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    answers = run.stdout.splitlines()
    if run.returncode != 0 or len(answers) != len(every):
        print("answer: exit code", run.returncode, "after", len(answers), "answers")
        print(run.stderr)
        return 1
    wrong = 0
    seen = dict.fromkeys(DEVIATIONS, 0)
    for call, ours in zip(every, answers):
        python = by_python(*call)
        if python == ours:
            continue
        reason = next((r for r, fits in DEVIATIONS.items() if fits(call, python, ours)), None)
        if reason is not None:
            seen[reason] += 1
            continue
        wrong += 1
        if wrong <= 40:
            print("%r is %r by Python, %r by the library" % (call, python, ours))
    for reason, count in seen.items():
        print("%6d times %s" % (count, reason))
    print("%d calls, %d unexplained differences" % (len(every), wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
