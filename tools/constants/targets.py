"""The targets whose constants can be read: what to include, what to compile with.

A table belongs to an OS. Where the values of one OS depend on the processor or
on the C library, the table has variants, and keeps what differs from the OS's
first variant. Several targets may share a variant: the first one makes it, each
other one must agree on every value, and adds the names that only its headers
have (arm64 has the same numbers as x86_64).
"""

import collections

# Headers that can stand in one translation unit. Each set becomes one checking
# source file, `check_NAME.cc`, beside the table. `prologue` are lines before the
# first header. An `optional` set belongs to a package that few machines have:
# where its first header is not installed, there is nothing to prove the table by,
# and nothing to say that a name is lacking; the table then stands as it is.
HeaderSet = collections.namedtuple("HeaderSet", "name headers prologue optional")
HeaderSet.__new__.__defaults__ = (False,)

_LINUX = (
    # What programs include. Where libc and kernel both define a name, the
    # libc's header is the one whose value is compiled into programs.
    HeaderSet("libc", (
        "errno.h",
        "netdb.h",
        "net/ethernet.h",
        "net/if.h",
        "netatalk/at.h",
        "netax25/ax25.h",
        "netinet/in.h",
        "netinet/ip.h",
        "netinet/tcp.h",
        "netinet/udp.h",
        "netipx/ipx.h",
        "netpacket/packet.h",
        "netrom/netrom.h",
        "netrose/rose.h",
        "sys/ioctl.h",
        "sys/socket.h",
        "sys/un.h",
        "linux/can.h",
        "linux/can/bcm.h",
        "linux/can/isotp.h",
        "linux/can/j1939.h",
        "linux/can/raw.h",
        "linux/errqueue.h",
        "linux/if_alg.h",
        "linux/netlink.h",
        "linux/qrtr.h",
        "linux/rds.h",
        "linux/tipc.h",
        "linux/vm_sockets.h",
    ), ()),
    # The kernel's own headers for what the libc covers too: they cannot be
    # included beside the libc's, and know options that the libc does not yet.
    HeaderSet("kernel", (
        "linux/if_ether.h",
        "linux/if_packet.h",
        "linux/in.h",
        "linux/in6.h",
        "linux/netfilter_ipv4.h",
        "linux/tcp.h",
        "linux/udp.h",
    ), ()),
    # BlueZ's headers; the kernel publishes none for Bluetooth sockets.
    HeaderSet("bluetooth", (
        "bluetooth/bluetooth.h",
        "bluetooth/hci.h",
        "bluetooth/l2cap.h",
        "bluetooth/rfcomm.h",
        "bluetooth/sco.h",
    ), (), True),
)

# Windows' headers choose by the Windows version that is asked for: the newest.
_WINDOWS = (
    HeaderSet("sdk", (
        "winsock2.h",
        "ws2tcpip.h",
        "mswsock.h",
        "mstcpip.h",
        "afunix.h",
        "ws2bth.h",
        "wsipx.h",
        "hvsocket.h",
        "hvsocketdef.h",
        "netinet/in.h",
    ), (
        "#undef _WIN32_WINNT",
        "#define _WIN32_WINNT 0x0A00",
        "#undef NTDDI_VERSION",
        "#define NTDDI_VERSION 0x0A00000C",
        "#ifndef NOMINMAX",
        "#define NOMINMAX",
        "#endif",
    )),
)

# The BSD names of macOS's headers show only if no standard is asked for, and
# with POSIX alone SO_LINGER is another option (it counts seconds, not ticks).
# The newer IPv6 options show only if they are asked for.
_BSD_PROLOGUE = (
    "#undef _POSIX_C_SOURCE",
    "#undef _XOPEN_SOURCE",
    "#ifndef _DARWIN_C_SOURCE",
    "#define _DARWIN_C_SOURCE",
    "#endif",
    "#ifndef __APPLE_USE_RFC_3542",
    "#define __APPLE_USE_RFC_3542",
    "#endif",
)

_BSD = (
    HeaderSet("libc", (
        "errno.h",
        "netdb.h",
        "sys/types.h",
        "sys/socket.h",
        "sys/un.h",
        "sys/ioctl.h",
        "net/if.h",
        "net/ethernet.h",
        "netinet/in.h",
        "netinet/in_systm.h",
        "netinet/ip.h",
        "netinet/tcp.h",
        "netinet/udp.h",
        "netinet/udplite.h",
        "sys/kern_control.h",
        "sys/sys_domain.h",
        "sys/vsock.h",
    ), _BSD_PROLOGUE),
)

HEADER_SETS = {"linux": _LINUX, "macos": _BSD, "windows": _WINDOWS, "freebsd": _BSD}

# condition: when the preprocessor compiles for the variant. The first variant of
# an OS has none, and stands for every processor that has none of its own.
Variant = collections.namedtuple("Variant", "name condition")

_MUSL = "defined(__linux__) && !defined(__GLIBC__) && !defined(__BIONIC__)"
_ILP32 = "__SIZEOF_LONG__ == 4 && !defined(__x86_64__)"
# On a 32-bit processor time_t may have 64 bits: with glibc it is the program's
# choice, with musl it always has. Options that carry a time then have other
# numbers.
_TIME64 = _ILP32 + " && (defined(__USE_TIME_BITS64) || defined(__riscv))"

VARIANTS = {
    "linux": (
        Variant("gnu", None),
        Variant("musl-mips-time64", "%s && defined(__mips__) && %s" % (_MUSL, _ILP32)),
        Variant("musl-mips", _MUSL + " && defined(__mips__)"),
        Variant("musl-powerpc-time64", "%s && defined(__powerpc__) && %s" % (_MUSL, _ILP32)),
        Variant("musl-powerpc", _MUSL + " && defined(__powerpc__)"),
        Variant("musl-time64", "%s && %s" % (_MUSL, _ILP32)),
        Variant("musl", _MUSL),
        Variant("gnu-mips-time64", "defined(__linux__) && defined(__mips__) && " + _TIME64),
        Variant("gnu-mips", "defined(__linux__) && defined(__mips__)"),
        Variant("gnu-powerpc", "defined(__linux__) && defined(__powerpc__)"),
        Variant("gnu-sparc", "defined(__linux__) && defined(__sparc__)"),
        Variant("gnu-alpha", "defined(__linux__) && defined(__alpha__)"),
        Variant("gnu-hppa", "defined(__linux__) && defined(__hppa__)"),
        Variant("gnu-time64", "defined(__linux__) && " + _TIME64),
    ),
    "macos": (Variant("darwin", None),),
    "windows": (Variant("win32", None),),
    "freebsd": (Variant("freebsd", None),),
}

# name: how it is called on the command line. os, variant: which part of which
# table. command: how its compiler is called. kernel: for Linux, the triple whose
# folder has the `asm` headers to go with the kernel headers of this machine, so
# that all variants see the same kernel; None takes what the compiler finds.
Target = collections.namedtuple("Target", "name os variant command kernel")


def _gnu(name, variant, triple, *flags):
    return Target("linux-" + name, "linux", variant, (triple + "-g++",) + flags, triple)


def _musl(name, variant, zig, triple):
    return Target("linux-" + name, "linux", variant, ("zig", "c++", "-target", zig), triple)


_TIME64_FLAGS = ("-D_FILE_OFFSET_BITS=64", "-D_TIME_BITS=64")

TARGETS = (
    Target("linux-x86_64-gnu", "linux", "gnu", ("g++",), None),
    _gnu("arm64-gnu", "gnu", "aarch64-linux-gnu"),
    _gnu("s390x-gnu", "gnu", "s390x-linux-gnu"),
    _gnu("riscv64-gnu", "gnu", "riscv64-linux-gnu"),
    _gnu("arm-gnu", "gnu", "arm-linux-gnueabihf"),
    _gnu("i686-gnu", "gnu", "i686-linux-gnu"),
    _gnu("arm-gnu-time64", "gnu-time64", "arm-linux-gnueabihf", *_TIME64_FLAGS),
    _gnu("i686-gnu-time64", "gnu-time64", "i686-linux-gnu", *_TIME64_FLAGS),
    _gnu("powerpc64le-gnu", "gnu-powerpc", "powerpc64le-linux-gnu"),
    _gnu("mips-gnu", "gnu-mips", "mips-linux-gnu"),
    _gnu("mips64el-gnu", "gnu-mips", "mips64el-linux-gnuabi64"),
    _gnu("mips-gnu-time64", "gnu-mips-time64", "mips-linux-gnu", *_TIME64_FLAGS),
    _gnu("sparc64-gnu", "gnu-sparc", "sparc64-linux-gnu"),
    _gnu("alpha-gnu", "gnu-alpha", "alpha-linux-gnu"),
    _gnu("hppa-gnu", "gnu-hppa", "hppa-linux-gnu"),
    _musl("x86_64-musl", "musl", "x86_64-linux-musl", "x86_64-linux-gnu"),
    _musl("arm64-musl", "musl", "aarch64-linux-musl", "aarch64-linux-gnu"),
    _musl("s390x-musl", "musl", "s390x-linux-musl", "s390x-linux-gnu"),
    _musl("riscv64-musl", "musl", "riscv64-linux-musl", "riscv64-linux-gnu"),
    _musl("arm-musl", "musl-time64", "arm-linux-musleabihf", "arm-linux-gnueabihf"),
    _musl("powerpc64le-musl", "musl-powerpc", "powerpc64le-linux-musl",
          "powerpc64le-linux-gnu"),
    _musl("powerpc-musl", "musl-powerpc-time64", "powerpc-linux-musleabi",
          "powerpc64le-linux-gnu"),
    _musl("mips64el-musl", "musl-mips", "mips64el-linux-muslabi64",
          "mips64el-linux-gnuabi64"),
    _musl("mips-musl", "musl-mips-time64", "mips-linux-musleabi", "mips-linux-gnu"),
    # Any Mac's own compiler can take this place: --compiler "xcrun clang++".
    Target("macos-arm64", "macos", "darwin", ("zig", "c++", "-target", "aarch64-macos"), None),
    Target("macos-x86_64", "macos", "darwin", ("zig", "c++", "-target", "x86_64-macos"), None),
    # Zig carries MinGW-w64's headers of version 12, Debian 12 those of version 10,
    # which lack TCP_KEEPIDLE and more.
    Target("windows-x86_64-zig", "windows", "win32",
           ("zig", "c++", "-target", "x86_64-windows-gnu"), None),
    Target("windows-arm64-zig", "windows", "win32",
           ("zig", "c++", "-target", "aarch64-windows-gnu"), None),
    Target("windows-x86_64-mingw", "windows", "win32", ("x86_64-w64-mingw32-g++-posix",), None),
    # Known, but read nowhere yet: it takes a FreeBSD machine.
    Target("freebsd", "freebsd", "freebsd", ("clang++",), None),
)

# The OSes whose tables are shipped.
OSES = ("linux", "macos", "windows")


def variants_of(os_name):
    return [variant.name for variant in VARIANTS[os_name]]


def is_first(target):
    """Whether a target is the one that makes its variant."""
    return target is next(other for other in TARGETS if (other.os, other.variant) == (
        target.os, target.variant))
