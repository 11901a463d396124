"""The targets whose constants can be read, with their headers and compilers.

A table belongs to an OS. If the values of an OS depend on the processor or on the
C library, the table has variants, and keeps what differs from the OS's first
variant. Several targets may share a variant: arm64 has the same numbers as x86_64.
The first target makes the variant. The others must agree on every value, and add
the names that only their headers have.
"""

import collections

# Headers that can be included in one translation unit. Each set becomes a source
# file, `check_NAME.cc`, beside the table. `prologue` are lines before the first
# header. An `optional` set belongs to a package that few machines have. If its
# first header is not installed, nothing can prove the table and nothing can show
# that a name is lacking, so the table is used as it is.
HeaderSet = collections.namedtuple("HeaderSet", "name headers prologue optional")
HeaderSet.__new__.__defaults__ = (False,)

_LINUX = (
    # What programs include. If libc and kernel both define a name, programs are
    # compiled with the value of the libc's header.
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
    # The kernel's own headers for what the libc covers too. They cannot be
    # included together with the libc's, and have options that the libc lacks.
    HeaderSet("kernel", (
        "linux/if_ether.h",
        "linux/if_packet.h",
        "linux/in.h",
        "linux/in6.h",
        "linux/netfilter_ipv4.h",
        "linux/tcp.h",
        "linux/udp.h",
    ), ()),
    # BlueZ's headers. The kernel publishes none for Bluetooth sockets.
    HeaderSet("bluetooth", (
        "bluetooth/bluetooth.h",
        "bluetooth/hci.h",
        "bluetooth/l2cap.h",
        "bluetooth/rfcomm.h",
        "bluetooth/sco.h",
    ), (), True),
)

# What Windows' headers define depends on the Windows version that is asked for.
# Ask for the newest.
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

# macOS's headers define the BSD names only if no standard is asked for. If only
# POSIX is asked for, SO_LINGER is another option, which counts in seconds and not
# in ticks. The newer IPv6 options are defined only if they are asked for.
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

# condition: the preprocessor's condition for the variant. The first variant of an
# OS has none. It is for every processor that has no variant of its own.
Variant = collections.namedtuple("Variant", "name condition")

_MUSL = "defined(__linux__) && !defined(__GLIBC__) && !defined(__BIONIC__)"
_ILP32 = "__SIZEOF_LONG__ == 4 && !defined(__x86_64__)"
# On a 32-bit processor time_t may have 64 bits. With glibc the program chooses, and
# with musl it always has 64. Options that carry a time then have other numbers.
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

# The fields of a target:
#   name         its name on the command line
#   os, variant  the table and the part of it
#   command      the command line of its compiler
#   kernel       for Linux, the triple whose folder has the `asm` headers that are
#                used with the kernel headers of this machine, so that all variants
#                see the same kernel; None for the headers that the compiler finds
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
    # On a Mac, its own compiler can be used instead: --compiler "xcrun clang++".
    Target("macos-arm64", "macos", "darwin", ("zig", "c++", "-target", "aarch64-macos"), None),
    Target("macos-x86_64", "macos", "darwin", ("zig", "c++", "-target", "x86_64-macos"), None),
    # Zig has the headers of MinGW-w64 12. Debian 12 has those of version 10, which
    # lack TCP_KEEPIDLE and more.
    Target("windows-x86_64-zig", "windows", "win32",
           ("zig", "c++", "-target", "x86_64-windows-gnu"), None),
    Target("windows-arm64-zig", "windows", "win32",
           ("zig", "c++", "-target", "aarch64-windows-gnu"), None),
    Target("windows-x86_64-mingw", "windows", "win32", ("x86_64-w64-mingw32-g++-posix",), None),
    # Defined, but not read yet, because that needs a FreeBSD machine.
    Target("freebsd", "freebsd", "freebsd", ("clang++",), None),
)

# The OSes whose tables are shipped.
OSES = ("linux", "macos", "windows")


def variants_of(os_name):
    return [variant.name for variant in VARIANTS[os_name]]


def is_first(target):
    """Whether a target is the first of its variant, which makes the variant."""
    return target is next(other for other in TARGETS if (other.os, other.variant) == (
        target.os, target.variant))
