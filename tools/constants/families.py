"""Which names the tables hold. To add a name or a family, change only this file.

A family is a group of constants that are used in the same place. A number has a
name only within a family. SO_REUSEADDR is in the family SO, because its name
begins with `SO_`. If several families match, the longest wins. Every such name
that a target's headers define enters the target's table. So a new family is one
line here, and a new name of a known family needs no line at all.
"""

import re

# (family, what it is for). The name of a family decides which names belong to it,
# unless PATTERNS below says otherwise.
FAMILIES = (
    ("AF", "address families"),
    ("AI", "flags of getaddrinfo"),
    ("ALG", "AF_ALG: kernel crypto"),
    ("BDADDR", "kinds of Bluetooth addresses"),
    ("BTPROTO", "Bluetooth protocols"),
    ("BT", "Bluetooth options and their values"),
    ("CAN", "CAN protocols, flags and masks"),
    ("CAN_BCM", "CAN broadcast manager"),
    ("CAN_ISOTP", "CAN transport protocol (ISO 15765-2)"),
    ("CAN_RAW", "options of raw CAN sockets"),
    ("E", "errors of the operating system (errno)"),
    ("EAI", "errors of getaddrinfo"),
    ("ETHERTYPE", "Ethernet protocols, as BSD names them"),
    ("ETH_P", "Ethernet protocols, as Linux names them"),
    ("HCI", "Bluetooth host controller interface"),
    ("HVSOCKET", "options of Hyper-V sockets"),
    ("HV", "Hyper-V protocols"),
    ("H_ERRNO", "errors of gethostbyname (h_errno)"),
    ("INADDR", "IPv4 addresses, in host byte order"),
    ("INET6", "sizes of IPv6 addresses in text"),
    ("INET", "sizes of IPv4 addresses in text"),
    ("IOCTL_VM_SOCKETS", "ioctls of AF_VSOCK"),
    ("IPPORT", "ports"),
    ("IPPROTO", "protocols above IP; levels of options"),
    ("IPV6", "options at level IPPROTO_IPV6"),
    ("IPX", "options of IPX"),
    ("IP", "options at level IPPROTO_IP"),
    ("J1939", "SAE J1939 over CAN"),
    ("L2CAP", "Bluetooth L2CAP"),
    ("LOCAL", "options of AF_UNIX on the BSDs"),
    ("MCAST", "multicast options for either IP"),
    ("MSG", "flags of send and recv"),
    ("NETLINK", "AF_NETLINK protocols and options"),
    ("NI", "flags and sizes of getnameinfo"),
    ("PACKET", "AF_PACKET packet types and options"),
    ("PF", "protocol families"),
    ("RCVALL", "values of SIO_RCVALL"),
    ("RDS", "reliable datagram sockets"),
    ("SCM", "types of control messages"),
    ("SD", "how to shut down, as Winsock names it"),
    ("SHUT", "how to shut down"),
    ("SIO", "Winsock ioctls"),
    ("SOCK", "socket types, and flags of the type"),
    ("SOCK_BUF_LOCK", "values of SO_BUF_LOCK"),
    ("SOCK_NOTIFY", "readiness notifications of Windows"),
    ("SOCK_TXREHASH", "values of SO_TXREHASH"),
    ("SOL", "levels of options"),
    ("SOMAXCONN", "the longest backlog of listen"),
    ("SO", "options at level SOL_SOCKET"),
    ("SO_BTH", "options of Bluetooth sockets on Windows"),
    ("SO_EE", "origins and codes of MSG_ERRQUEUE messages"),
    ("SO_J1939", "options of J1939 sockets"),
    ("SO_RDS", "options of reliable datagram sockets at level SOL_RDS"),
    ("SO_SYNCHRONOUS", "values of SO_OPENTYPE"),
    ("SO_VM_SOCKETS", "options of AF_VSOCK"),
    ("SYSPROTO", "protocols of PF_SYSTEM"),
    ("TCP", "options at level IPPROTO_TCP"),
    ("TIPC", "transparent inter-process communication"),
    ("UDPLITE", "options at level IPPROTO_UDPLITE"),
    ("UDP", "options at level IPPROTO_UDP"),
    ("VMADDR", "AF_VSOCK addresses"),
    ("VM_SOCKETS", "AF_VSOCK, other"),
    ("WSA", "errors of Winsock"),
)

# Families whose names have no common prefix, or share it with many other names:
# the pattern of the names and, if that is not enough, of the headers that must
# define them.
PATTERNS = {
    "E": (r"E[A-Z0-9]+", r"(^|/)errno[^/]*\.h$"),
    "H_ERRNO": (
        r"HOST_NOT_FOUND|TRY_AGAIN|NO_RECOVERY|NO_DATA|NO_ADDRESS"
        r"|NETDB_INTERNAL|NETDB_SUCCESS",
        None,
    ),
    "INET": (r"INET_ADDRSTRLEN", None),
    "INET6": (r"INET6_ADDRSTRLEN", None),
    "SOCK_BUF_LOCK": (r"SOCK_(SNDBUF_LOCK|RCVBUF_LOCK|BUF_LOCK_MASK)", None),
    "SOMAXCONN": (r"SOMAXCONN", None),
    "WSA": (r"WSA(_[EI]|E|NO|SYS|VER|TRY|HOST|TYPE)[A-Z0-9_]+", r"(^|/)winerror\.h$"),
}

# Names that the families would take, but that are not useful constants: parts of
# a TCP header in the processor's byte order.
EXCLUDED = re.compile(r"TCP_(FLAG_[A-Z]+|DATA_OFFSET|RESERVED_BITS)")

# Headers of an OS that its socket headers include, and that use our families'
# prefixes for other things: PF_ for features of the processor, ALG_ for ciphers,
# NI_ for input methods. Windows' errno.h belongs to the C library. No socket call
# sets its numbers, so a comparison with one would compile and never be true.
FOREIGN_HEADERS = {
    "windows": ("errno.h", "imm.h", "objbase.h", "wincrypt.h", "winioctl.h", "winnt.h"),
}

# Names that count what a header set knows, so that newer headers have a greater
# number. They are in the tables, but headers with another number do not contradict
# the table: the build drops such a name from its look-ups, as if the headers
# lacked it.
COUNTING = re.compile(
    r"SOMAXCONN|AI_MASK|ELAST|RDS_INFO_LAST|TCP_QUEUES_NR"
    r"|(AF|EAI|IPPROTO|IP_PMTUDISC|PF|RCVALL|RDS_MSG_RX_DGRAM_TRACE|TCP_ICW_LEVEL)_MAX")

# Headers that define names without a prefix, and the prefix with which these names
# are published: CAN_BCM_TX_SETUP is written TX_SETUP in C.
PREFIXED_HEADERS = {"linux/can/bcm.h": "CAN_BCM"}

# Names that an OS has under another name in its headers.
SPELLINGS = {
    "macos": {
        "SOL_IP": "IPPROTO_IP",
        "SOL_TCP": "IPPROTO_TCP",
        "SOL_UDP": "IPPROTO_UDP",
    },
    "windows": {
        "AF_BLUETOOTH": "AF_BTH",
        "BTPROTO_RFCOMM": "BTHPROTO_RFCOMM",
        "SHUT_RD": "SD_RECEIVE",
        "SHUT_RDWR": "SD_BOTH",
        "SHUT_WR": "SD_SEND",
        "SOL_IP": "IPPROTO_IP",
        "SOL_TCP": "IPPROTO_TCP",
        "SOL_UDP": "IPPROTO_UDP",
    },
}

# Types that the table sets, by family or name. INADDR_LOOPBACK is an int in some
# headers and an in_addr_t, which is unsigned, in others. All INADDR_* are
# addresses, so all are unsigned. IPV6_ADDRESS_BITS is a size_t, which has 4 or 8
# bytes, depending on the target.
TYPES = {"INADDR": "unsigned", "IPV6_ADDRESS_BITS": "unsigned"}

# If several names of a family have the same value, the name here comes first when
# the value is looked up. The others come in alphabetical order.
PREFERRED = frozenset((
    "AF_BLUETOOTH",
    "AF_NETLINK",
    "AF_UNIX",
    "EDEADLK",
    "EOPNOTSUPP",
    "EQFULL",
    "IPPROTO_IP",
    "NO_DATA",
    "PF_NETLINK",
    "PF_UNIX",
    "SOL_IP",
    "SOL_TCP",
    "SOL_UDP",
))

# The families whose numbers appear in messages, and what the look-up for messages
# calls them (platform/constants/named_number.h). No OS has both E and WSA.
NAMED_IN_MESSAGES = {
    "AF": "kAddressFamily",
    "SOCK": "kSocketType",
    "IPPROTO": "kProtocol",
    "E": "kOsError",
    "WSA": "kOsError",
    "EAI": "kGetAddrInfoError",
    "H_ERRNO": "kHostLookupError",
}

_BY_PREFIX = sorted(
    (name for name, _ in FAMILIES if name not in PATTERNS), key=len, reverse=True)
_PATTERNS = {
    family: (re.compile(name), header and re.compile(header))
    for family, (name, header) in PATTERNS.items()
}
_NAME = re.compile(r"[A-Z][A-Za-z0-9_]*")


def published(os_name, spelling, header):
    """Returns (name, family) for a spelling in a header, or None if no family takes it."""
    if header in FOREIGN_HEADERS.get(os_name, ()):
        return None
    family = PREFIXED_HEADERS.get(header)
    if family is not None:
        return (family + "_" + spelling, family) if _NAME.fullmatch(spelling) else None
    if EXCLUDED.fullmatch(spelling):
        return None
    family = family_of(spelling, header)
    return (spelling, family) if family is not None else None


def family_of(name, header):
    """Returns the family of a name that a header defines, or None if it has none."""
    for family, (names, headers) in _PATTERNS.items():
        if names.fullmatch(name) and (headers is None or headers.search(header)):
            return family
    if not _NAME.fullmatch(name):
        return None
    for family in _BY_PREFIX:
        if name.startswith(family + "_"):
            return family
    return None
