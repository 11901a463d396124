"""Makes a source file of the examples in headers, for a compiler to check.

An example is the code in a header's opening comment: lines that are indented by
three spaces or more after the `//`. Lines that begin with `- ` are a list and not
an example. Text ends an example, but an empty line does not.

Each example has a namespace of its own within `mortise`. It is compiled as the
body of a function that returns an absl::Status. If it begins with `class`,
`struct` or `TEST`, it is compiled outside of any function. All headers are
included. An example may use the names that FUNCTION declares, and GoogleMock's
Return, without declaring them.
"""

import re

# The function whose body an example is, with the names that it may use.
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
      headers: (path, text) of each header.
      include_names: the headers to include, such as `"mortise/core/socket.h"`.
    """
    parts = ["#include %s\n" % name for name in list(INCLUDES) + list(include_names)]
    parts.append("namespace mortise {\nusing ::testing::Return;\n}\n")
    for path, text in headers:
        for number, code in examples_of(text):
            # With this, error messages name the header and its line.
            at = '#line %d "%s"\n' % (number, path)
            name = re.sub(r"\W", "_", "%s_%d" % (path, number))
            if not re.match(r"(class|struct|TEST)\b", code):
                # The block lets the example declare a parameter's name again.
                code = "%s {\n{\n%s%s}\nreturn absl::OkStatus();\n}\n" % (FUNCTION, at, code)
            else:
                code = at + code
            parts.append("namespace mortise::%s {\n%s}\n" % (name, code))
    return "".join(parts)
