"""The file format of an OS's table: one name per line, tab-separated, sorted.

The columns are name, value, type, family, header, header set, spelling, and what
differs. The first seven are those of the OS's first variant. The last lists the
variants that have another value (`mips-gnu=2`) or lack the name (`mips-gnu=-`).
If the first variant lacks the name, the value is `-`.
"""

import collections
import os

import targets

COLUMNS = ("name", "value", "type", "family", "header", "set", "spelling", "differs")

# One name of one OS. values: {variant: value}, for the variants that have it.
Row = collections.namedtuple("Row", "name type family header set spelling values")


def path_of(root, os_name):
    return os.path.join(root, "platform", "constants", os_name, "table.tsv")


def load(root, os_name):
    """Returns {name: Row}, which is empty if the table has not been made yet."""
    path = path_of(root, os_name)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return parse(file.read(), targets.variants_of(os_name))


def parse(text, variants):
    rows = {}
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise ValueError("a table begins with the line: " + " ".join(COLUMNS))
    for line in lines[1:]:
        name, value, kind, family, header, header_set, spelling, differs = line.split("\t")
        values = {} if value == "-" else {variant: int(value) for variant in variants}
        for difference in differs.split():
            variant, other = difference.split("=")
            if other == "-":
                values.pop(variant, None)
            elif variant in variants:
                values[variant] = int(other)
        rows[name] = Row(name, kind, family, header, header_set, spelling, values)
    return rows


def dump(rows, variants):
    lines = ["\t".join(COLUMNS)]
    for name in sorted(rows):
        row = rows[name]
        if not row.values:
            continue
        first = row.values.get(variants[0])
        differs = ["%s=%s" % (variant, row.values.get(variant, "-"))
                   for variant in variants[1:] if row.values.get(variant) != first]
        lines.append("\t".join((
            name, "-" if first is None else str(first), row.type, row.family,
            row.header, row.set, row.spelling, " ".join(differs))))
    return "\n".join(lines) + "\n"


def without(rows, variant):
    """Returns the table as if a variant had not been scanned."""
    result = {}
    for name, row in rows.items():
        values = {v: value for v, value in row.values.items() if v != variant}
        if values:
            result[name] = row._replace(values=values)
    return result


def add(rows, variant, variants, scanned):
    """Returns the table with the names and values that a scan found for a variant.

    The other columns of a row (type, header) come from the earliest variant that
    has the name, and within a variant from the first scan. It is an error if two
    scans find different values or types.
    """
    rank = {name: index for index, name in enumerate(variants)}
    result = dict(rows)
    for header_set, constants in scanned.items():
        for constant in constants:
            old = result.get(constant.name)
            values = dict(old.values) if old else {}
            if values.get(variant, constant.value) != constant.value:
                raise ValueError("%s is %d, but also %d, for %s" % (
                    constant.name, values[variant], constant.value, variant))
            if old and old.type != constant.type:
                raise ValueError("%s is %s, but %s for %s" % (
                    constant.name, old.type, constant.type, variant))
            told = any(rank[v] <= rank[variant] for v in values)
            values[variant] = constant.value
            if told:
                result[constant.name] = old._replace(values=values)
            else:
                result[constant.name] = Row(
                    constant.name, constant.type, constant.family, constant.header,
                    header_set, constant.spelling, values)
    return result


def save(root, os_name, rows):
    path = path_of(root, os_name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(dump(rows, targets.variants_of(os_name)))
