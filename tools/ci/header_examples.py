"""The examples of headers, as one source file that a compiler can check.

An example is the code in a header's opening comment: lines indented by three
spaces or more after the `//`. Lines that begin with `- ` are a list, and no
example. Text ends an example, an empty line does not.

An example is compiled as the body of a function that returns an absl::Status,
or, if it begins with `class`, `struct` or `TEST`, outside of any function, each
in a namespace of its own within `mortise`. All headers are included. FUNCTION has
the names that an example may use without declaring them, besides GoogleMock's
Return.
"""

import re

# What an example may take for given.
FUNCTION = (
    "absl::Status Example([[maybe_unused]] mortise::Socket& socket,"
    " [[maybe_unused]] mortise::TlsSocket& tls)"
)

INCLUDES = (
    "<cstddef>",
    "<cstdint>",
    "<iostream>",
    "<optional>",
    "<string>",
    "<utility>",
    "<vector>",
    '"absl/status/status.h"',
    '"absl/status/statusor.h"',
    '"absl/time/time.h"',
)

_COMMENT = re.compile(r"//(?: ?(.*))?$")
_INDENTATION = "  "  # Besides the one space that every comment has.


def examples_of(text):
    """Returns (line number, code) for each example of a header, given its text."""
    examples = []
    block = None  # The lines of the block that is being read.
    is_list = False
    for number, line in enumerate(text.splitlines(), 1):
        comment = _COMMENT.match(line)
        if not comment:
            break
        content = comment.group(1) or ""
        if not content:
            if block:
                block.append("")
        elif not content.startswith(_INDENTATION):
            block, is_list = None, False
        elif content.strip().startswith("- ") or is_list:
            block, is_list = None, True
        else:
            if block is None:
                block = []
                examples.append((number, block))
            block.append(content[len(_INDENTATION):])
    return [(number, "\n".join(lines).rstrip() + "\n") for number, lines in examples]


def source_of(headers, include_names):
    """Returns a source file of the examples.

    Args:
      headers: (path, text) of each.
      include_names: what to include, as `"mortise/core/socket.h"`.
    """
    parts = ["#include %s\n" % name for name in list(INCLUDES) + list(include_names)]
    parts.append("namespace mortise {\nusing ::testing::Return;\n}\n")
    for path, text in headers:
        for number, code in examples_of(text):
            # Compilers then name the header and its line.
            at = '#line %d "%s"\n' % (number, path)
            name = re.sub(r"\W", "_", "%s_%d" % (path, number))
            if not re.match(r"(class|struct|TEST)\b", code):
                # In a block, where it may declare a parameter's name anew.
                code = "%s {\n{\n%s%s}\nreturn absl::OkStatus();\n}\n" % (FUNCTION, at, code)
            else:
                code = at + code
            parts.append("namespace mortise::%s {\n%s}\n" % (name, code))
    return "".join(parts)
