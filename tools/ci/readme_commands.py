#!/usr/bin/env python3
"""Prints the commands that a Markdown file tells its readers to run.

    readme_commands.py FILE HEADING

The commands are those of the first code block under HEADING. Each is printed on a
line of its own. Exits 1 if there are none.
"""

import re
import sys


def code_block(text, heading):
    """Returns the lines of the first code block under a heading, or None."""
    fence = None  # the characters that opened the current code block
    level = None  # the level of the heading, once it has been found
    block = []
    for line in text.splitlines():
        if fence:
            if line.strip() == fence:
                if level:
                    return block
                fence = None
            block.append(line)
            continue
        opening = re.match(r"(```+|~~~+)", line)
        if opening:
            fence, block = opening.group(1), []
            continue
        title = re.match(r"(#+)\s+(.*?)\s*#*$", line)
        if not title:
            continue
        if level and len(title.group(1)) <= level:
            return None  # the next part of the file
        if title.group(2) == heading:
            level = len(title.group(1))
    return None


def commands(text, heading):
    """Returns the commands of that code block, without lines that are comments."""
    joined = "\n".join(code_block(text, heading) or []).replace("\\\n", "")
    lines = (line.strip() for line in joined.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def main(argv):
    file, heading = argv[1:]
    with open(file, encoding="utf-8") as stream:
        found = commands(stream.read(), heading)
    if not found:
        sys.exit("%s has no commands in a code block under '%s'" % (file, heading))
    print("\n".join(found))


if __name__ == "__main__":
    main(sys.argv)
