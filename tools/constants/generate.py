#!/usr/bin/env python3
"""Makes the constant tables: reads a target's headers, writes tables and C++.

    generate.py scan [TARGET...]     read the targets' headers into the tables
    generate.py render               write the C++ and the reference page
    generate.py check [TARGET...]    compare headers with the table; without a
                                     target, the headers of this machine
    generate.py check-rendered       check whether `render` would change anything
    generate.py targets              list the targets

See docs/adding-constants.md.
"""

import argparse
import os
import platform
import shlex
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import compare  # pylint: disable=wrong-import-position
import defaults  # pylint: disable=wrong-import-position
import render_cpp  # pylint: disable=wrong-import-position
import render_docs  # pylint: disable=wrong-import-position
import scanner  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position
import targets  # pylint: disable=wrong-import-position

# The exit code of `check` if a compiler is missing. It is automake's "skipped".
_SKIPPED = 77

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _find_targets(names):
    known = {target.name: target for target in targets.TARGETS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit("unknown target %s; there are: %s"
                         % (", ".join(unknown), " ".join(sorted(known))))
    if names:
        return [known[name] for name in names]
    return [target for target in targets.TARGETS if target.os in targets.OSES]


def _scan(target, command=None):
    return scanner.scan(target.os, command or target.command,
                        targets.HEADER_SETS[target.os], target.kernel)


def scan(options):
    """Scans whole variants, with all their targets in order.

    So the same headers give the same table, whatever the table held before.
    """
    chosen = _find_targets(options.target)
    if options.compiler and len(chosen) != 1:
        raise SystemExit("--compiler needs one target")
    done = set()
    for target in chosen:
        key = (target.os, target.variant)
        if key in done:
            continue
        done.add(key)
        variants = targets.variants_of(target.os)
        rows = table.without(table.load(options.root, target.os), target.variant)
        for member in targets.TARGETS:
            if (member.os, member.variant) != key:
                continue
            command = None
            if options.compiler:
                if member is not target:
                    continue
                command = shlex.split(options.compiler)
            scanned = _scan(member, command)
            print("%s: %d names" % (member.name, sum(map(len, scanned.values()))))
            rows = table.add(rows, target.variant, variants, scanned)
        table.save(options.root, target.os, rows)


def _generated(root):
    """Returns {path: text} of every file that is made from the tables."""
    tables = defaults.add_to(
        {os_name: table.load(root, os_name) for os_name in targets.OSES})
    files = {os.path.join(root, "docs", "constants.md"): render_docs.page(tables)}
    for os_name, rows in tables.items():
        folder = os.path.dirname(table.path_of(root, os_name))
        for name, text in render_cpp.files(os_name, rows).items():
            files[os.path.join(folder, name)] = text
    return files


def render(options):
    for path, text in sorted(_generated(options.root).items()):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def check(options):
    """Fails if headers contradict the table, or lack a name that it has."""
    if options.target:
        checked = [(target.name, target.os, target.variant, target.command, target.kernel,
                    not targets.is_first(target))
                   for target in _find_targets(options.target)]
    else:
        os_name = {"Darwin": "macos"}.get(platform.system(), platform.system().lower())
        command = shlex.split(options.compiler)
        variant = compare.variant_here(os_name, command)
        checked = [("this machine (%s-%s)" % (os_name, variant), os_name, variant, command,
                    None, False)]
    failed = False
    for title, os_name, variant, command, kernel, may_lack in checked:
        if shutil.which(command[0]) is None:
            print("skipped %s: there is no %s" % (title, command[0]))
            raise SystemExit(_SKIPPED)
        failures, remarks = compare.with_headers(
            options.root, os_name, variant, command, kernel, may_lack)
        for line in remarks:
            print(line)
        for line in failures:
            print("FAILED " + line)
        print("%s: %d failures, %d remarks" % (title, len(failures), len(remarks)))
        failed = failed or bool(failures)
    raise SystemExit(1 if failed else 0)


def check_rendered(options):
    """Fails if a generated file is not what the tables make of it."""
    stale = compare.rendered(_generated(options.root))
    for path in stale:
        print("FAILED not up to date: " + os.path.relpath(path, options.root))
    raise SystemExit(1 if stale else 0)


def list_targets(_):
    for target in targets.TARGETS:
        print("%-24s %s" % (target.name, " ".join(target.command)))


def main(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=_ROOT, help="the source tree to write into")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("scan", help="read the targets' headers into the tables")
    command.add_argument("target", nargs="*")
    command.add_argument("--compiler", help="the compiler's command line, instead of the usual one")
    command.set_defaults(run=scan)
    commands.add_parser("render", help="write the C++ and the reference page").set_defaults(
        run=render)
    command = commands.add_parser("check", help="compare headers with the table")
    command.add_argument("target", nargs="*")
    command.add_argument("--compiler", default=os.environ.get("CXX", "c++"),
                         help="this machine's compiler; $CXX, or c++")
    command.set_defaults(run=check)
    commands.add_parser(
        "check-rendered", help="check whether `render` would change anything").set_defaults(
            run=check_rendered)
    commands.add_parser("targets", help="list the targets").set_defaults(run=list_targets)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (scanner.CompilerError, ValueError, OSError) as error:
        raise SystemExit("generate.py: %s" % error) from error


if __name__ == "__main__":
    main(sys.argv[1:])
