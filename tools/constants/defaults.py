"""The names that have a value even if the headers lack them.

The manual says of the constants: "for a few symbols, default values are
provided". These are the few, and no build leaves them out. If no header of an OS
defines a name, its row has no header, which marks the value as a default. If a
header defines the name, the build still proves that it has the default value.
"""

import table
import targets

# Names whose numbers are fixed by the Internet's standards, or by a custom that is
# older than the OSes here. An OS whose headers lack a name has the number that all
# other tables have. `add_to` checks that they agree.
SAME_EVERYWHERE = (
    "INADDR_ALLHOSTS_GROUP",
    "INADDR_ANY",
    "INADDR_BROADCAST",
    "INADDR_LOOPBACK",
    "INADDR_MAX_LOCAL_GROUP",
    "INADDR_NONE",
    "INADDR_UNSPEC_GROUP",
    "IPPORT_RESERVED",
    "IPPORT_USERRESERVED",
    "IPPROTO_ICMP",
    "IPPROTO_IP",
    "IPPROTO_RAW",
    "IPPROTO_TCP",
    "IPPROTO_UDP",
)

# Names that Python publishes although no header has them. Only these numbers do
# not come from a compiler. (OS, family, name, value, why.)
FROM_PYTHON = (
    ("linux", "UDPLITE", "UDPLITE_SEND_CSCOV", 10,
     "the kernel keeps the number to itself (RFC 3828 has the option)"),
    ("linux", "UDPLITE", "UDPLITE_RECV_CSCOV", 11,
     "the kernel keeps the number to itself (RFC 3828 has the option)"),
    ("linux", "ALG", "ALG_OP_SIGN", 2,
     "of a patch for asymmetric keys that Linux never took"),
    ("linux", "ALG", "ALG_OP_VERIFY", 3,
     "of a patch for asymmetric keys that Linux never took"),
    ("linux", "ALG", "ALG_SET_PUBKEY", 6,
     "of a patch for asymmetric keys that Linux never took; Linux later gave the "
     "number to ALG_SET_DRBG_ENTROPY"),
)


NAMES = frozenset(SAME_EVERYWHERE) | {row[2] for row in FROM_PYTHON}


def add_to(tables):
    """Returns {os: rows}, with defaults for the names that each table lacks."""
    result = {os_name: dict(rows) for os_name, rows in tables.items()}
    for name in SAME_EVERYWHERE:
        having = [rows[name] for rows in tables.values() if name in rows]
        values = {value for row in having for value in row.values.values()}
        if len(values) != 1:
            raise ValueError("%s cannot have a default: %s" % (name, sorted(values)))
        for os_name, rows in result.items():
            default = _row(os_name, having[0].family, name, having[0].type, min(values))
            rows[name] = rows[name]._replace(values=default.values) if name in rows else default
    for os_name, family, name, value, _ in FROM_PYTHON:
        if name not in result[os_name]:
            result[os_name][name] = _row(os_name, family, name, "int", value)
    return result


def _row(os_name, family, name, kind, value):
    return table.Row(name, kind, family, "", targets.HEADER_SETS[os_name][0].name, name,
                     dict.fromkeys(targets.variants_of(os_name), value))
