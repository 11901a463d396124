"""What Bazel knows of this tree: its sources, and how they are compiled."""

import collections
import json
import os
import re
import subprocess

Compilation = collections.namedtuple("Compilation", "source flags")

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def flags_of(arguments):
    """Returns the flags of a compilation that say what the code is.

    These are the include paths, the definitions, and the flag that turns warnings
    off. The other flags are about the compiler that Bazel would call, and about its
    output.
    """
    flags = []
    arguments = iter(arguments)
    for argument in arguments:
        if argument in ("-iquote", "-isystem", "-I"):
            kind, folder = argument, next(arguments)
        elif argument.startswith("-I"):
            kind, folder = "-I", argument[len("-I"):]
        else:
            # Bazel redefines __DATE__ and the like only for its cache.
            if argument == "-w" or re.match("-D(?!__(DATE|TIME|TIMESTAMP)__)", argument):
                flags.append(argument)
            continue
        # The warnings of dependencies are not ours.
        is_ours = "external" not in folder.split("/")
        flags += [kind if is_ours else "-isystem", folder]
    return tuple(flags)


def compilations_of(graph):
    """Returns the Compilation of each of our own sources in Bazel's action graph."""
    compilations = set()
    for action in graph["actions"]:
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        if source.endswith(".cc") and not source.startswith("external/"):
            compilations.add(Compilation(source, flags_of(arguments)))
    return sorted(compilations)


class Workspace:
    """Our workspace, as a Bazel that is called with `flags` sees it."""

    def __init__(self, flags):
        self.flags = flags
        self.output_base = self._bazel("info", "output_base").strip()
        self.execution_root = self._bazel("info", "execution_root").strip()

    def lay_headers_out(self, targets):
        """Has Bazel make the folders of headers of targets, and no object file."""
        self._bazel("build", "--output_groups=compilation_prerequisites_INTERNAL_", *targets)

    def compilations(self, targets):
        query = 'mnemonic("CppCompile", deps(%s))' % " + ".join(targets)
        return compilations_of(json.loads(self._bazel("aquery", "--output=jsonproto", query)))

    def include_flags(self, targets):
        """Returns the include paths of code that depends on targets, as flags."""
        expression = " + ".join(
            '["%s " + folder for folder in providers(target)["CcInfo"].compilation_context.%s.to_list()]'
            % pair
            for pair in (
                ("-I", "includes"),
                ("-iquote", "quote_includes"),
                ("-isystem", "system_includes"),
            )
        )
        output = self._bazel(
            "cquery", "--output=starlark", "--starlark:expr=' '.join(%s)" % expression,
            " + ".join(targets),
        )
        return flags_of(output.split())

    def headers(self, targets):
        """Returns the paths of the files that are targets, or the sources of targets."""
        query = "kind('source file', deps(%s, 1))" % " + ".join(targets)
        labels = self._bazel("query", query).split()
        return sorted(label[len("//"):].replace(":", "/") for label in labels)

    def _bazel(self, command, *arguments):
        # No flag names the disk cache: none of these commands makes anything that a
        # cache would have, and `query` has no such flag.
        run = subprocess.run(
            ["tools/bazel", command, *self.flags, *arguments],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, universal_newlines=True,
        )
        return run.stdout
