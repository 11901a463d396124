"""The C++ name of a constant.

One mechanical rule: cut the name at its underscores, write each part with a
capital first letter and the rest small, put `k` before it. SO_REUSEADDR becomes
kSoReuseaddr, AF_INET6 becomes kAfInet6, AF_DECnet becomes kAfDecnet. No header
of any OS defines macros of this shape, so nothing can break the name.

The rule loses where the underscores were and which letters were small. If two
names of a table ever become the same identifier, `identifiers` keeps the rule for
the first name in byte order (capitals before small letters), and appends an
underscore for the next.
"""


def identifier(name):
    parts = [part for part in name.split("_") if part]
    return "k" + "".join(part[0].upper() + part[1:].lower() for part in parts)


def identifiers(names):
    """Returns {name: identifier}. No two names have the same identifier."""
    taken = set()
    result = {}
    for name in sorted(names):
        candidate = identifier(name)
        while candidate in taken:
            candidate += "_"
        taken.add(candidate)
        result[name] = candidate
    return result
