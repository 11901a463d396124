"""Compares the tables with what they were made from.

`with_headers` reads headers again, and `rendered` makes the generated files
again. Neither writes anything.
"""

import os
import tempfile

import families
import scanner
import table
import targets


def variant_here(os_name, command):
    """Returns the variant of an OS's table that a compiler compiles for."""
    variants = targets.VARIANTS[os_name]
    lines = ["#include <limits.h>"]
    for number, variant in enumerate(variants[1:]):
        lines += ["#%sif %s" % ("el" if number else "", variant.condition),
                  "mortise_variant " + variant.name]
    if len(variants) > 1:
        lines += ["#else"]
    lines += ["mortise_variant " + variants[0].name]
    if len(variants) > 1:
        lines += ["#endif"]
    with tempfile.TemporaryDirectory() as directory:
        text = scanner.Compiler(command, directory).preprocess("\n".join(lines) + "\n")
    return text.split("mortise_variant ")[-1].split("\n")[0].strip()


def with_headers(root, os_name, variant, command, kernel=None, may_lack=False):
    """Returns (failures, remarks): where a scan and the table differ.

    With `may_lack`, a name that these headers lack is not a failure, because
    other headers of the same variant have it.
    """
    header_sets = targets.HEADER_SETS[os_name]
    scanned = {constant.name: constant
               for constants in scanner.scan(
                     os_name, command, header_sets, kernel).values()
               for constant in constants}
    optional = {header_set.name for header_set in header_sets if header_set.optional}
    with tempfile.TemporaryDirectory() as directory:
        installed = scanner.Compiler(command, directory).include_directories()
    sets_here = {header_set.name for header_set in header_sets if any(
        os.path.exists(os.path.join(d, header_set.headers[0])) for d in installed)}
    failures, remarks = [], []
    rows = table.load(root, os_name)
    for name, row in sorted(rows.items()):
        if variant not in row.values:
            continue
        if name in scanned:
            if scanned[name].value != row.values[variant]:
                (remarks if families.COUNTING.fullmatch(name) else failures).append(
                    "%s is %d here, %d in the table"
                    % (name, scanned[name].value, row.values[variant]))
        elif row.set in optional and row.set not in sets_here:
            remark = "the headers of the set %s are not installed" % row.set
            if remark not in remarks:
                remarks.append(remark)
        else:
            (remarks if may_lack else failures).append(
                "lost: %s, of %s" % (name, row.header))
    for name, constant in sorted(scanned.items()):
        if name not in rows or variant not in rows[name].values:
            remarks.append("new: %s = %d, of %s" % (name, constant.value, constant.header))
    return failures, remarks


def rendered(files):
    """Returns the paths whose text is not what the tables make of it."""
    stale = []
    for path, text in sorted(files.items()):
        try:
            with open(path, encoding="utf-8", newline="") as file:
                current = file.read()
        except OSError:
            current = None
        if current != text:
            stale.append(path)
    return stale
