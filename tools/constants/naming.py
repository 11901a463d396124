"""The C++ name of a constant.

One mechanical rule: cut the name at its underscores, write each part with a
capital first letter and the rest small, put `k` before it. SO_REUSEADDR becomes
kSoReuseaddr, AF_INET6 becomes kAfInet6, AF_DECnet becomes kAfDecnet. No header
of any OS defines macros of this shape, so nothing can break the name.

The rule forgets where the underscores were and which letters were small.
Should two names of one table ever meet in one identifier, `identifiers` keeps
the rule for the first in byte order (capitals before small letters) and appends
an underscore to the next, and says so in the table's header.
"""


def identifier(name):
    parts = [part for part in name.split("_") if part]
    return "k" + "".join(part[0].upper() + part[1:].lower() for part in parts)


def identifiers(names):
    """Maps each name to its identifier, each identifier to be used once."""
    taken = set()
    result = {}
    for name in sorted(names):
        candidate = identifier(name)
        while candidate in taken:
            candidate += "_"
        taken.add(candidate)
        result[name] = candidate
    return result
