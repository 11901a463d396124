"""Reads the names and values of a target's constants, using only its compiler.

No program of the target runs. Names come from the preprocessor's output: with
`-dD` it has the macros, the enumerators and, in its line markers, the header of
each. Values come from an object file: the compiler evaluates each constant and
writes it as decimal digits into a constant array. The digits are read back from
the object's bytes. They mean the same in ELF, COFF and Mach-O and in either byte
order.
"""

import bisect
import collections
import itertools
import os
import re
import subprocess
import tempfile

import families

# `spelling` is the name in the header, which is nearly always `name`.
Constant = collections.namedtuple("Constant", "name value type family header spelling")

_LINE_MARKER = re.compile(r'# \d+ "((?:[^"\\]|\\.)*)"')
_MACRO = re.compile(r"#define (\w+)(\(?)\s*(.*)")
_UNDEF = re.compile(r"#undef (\w+)")
_ENUM = re.compile(r"\benum\b[^;{}()]*\{([^{}]*)\}")
_ENUMERATOR = re.compile(r"(?:^|,)\s*(\w+)\s*(?=[,=]|$|__attribute__)")
_RECORD = re.compile(rb"@MORTISE (\d+) ([a-z]+) (-?\d+);")
_PROBE_FILE = "probe.cc"

# The source text before the list of names. It uses no header of the C++ library,
# so a target needs none.
_PROBE = r"""
namespace mortise_probe {
struct Record { char text[48]; };

constexpr Record Write(unsigned index, const char* kind, bool negative,
                       unsigned long long magnitude) {
  Record record{};
  char* out = record.text;
  auto put = [&out](const char* text) { while (*text) *out++ = *text++; };
  auto number = [&out](unsigned long long value) {
    char digits[20]{};
    int count = 0;
    do digits[count++] = static_cast<char>('0' + value % 10); while (value /= 10);
    while (count) *out++ = digits[--count];
  };
  put("@MORTISE ");
  number(index);
  put(" ");
  put(kind);
  put(negative ? " -" : " ");
  number(magnitude);
  put(";");
  return record;
}

template <typename T>
constexpr Record Value(unsigned index, const char* kind, T value) {
  return Write(index, kind, value < 0,
               value < 0 ? 0ULL - static_cast<unsigned long long>(value)
                         : static_cast<unsigned long long>(value));
}

constexpr Record Read(unsigned i, int v) { return Value(i, "int", v); }
constexpr Record Read(unsigned i, unsigned v) { return Value(i, "unsigned", v); }
constexpr Record Read(unsigned i, long v) { return Value(i, "long", v); }
constexpr Record Read(unsigned i, unsigned long v) { return Value(i, "ulong", v); }
constexpr Record Read(unsigned i, long long v) { return Value(i, "longlong", v); }
constexpr Record Read(unsigned i, unsigned long long v) { return Value(i, "ulonglong", v); }

// Enumerators have a type that each compiler chooses for itself, and smaller
// integers are promoted to int; nothing else is an integer constant.
template <typename T>
struct IsSmall { static constexpr bool value = false; };
template <> struct IsSmall<bool> { static constexpr bool value = true; };
template <> struct IsSmall<char> { static constexpr bool value = true; };
template <> struct IsSmall<signed char> { static constexpr bool value = true; };
template <> struct IsSmall<unsigned char> { static constexpr bool value = true; };
template <> struct IsSmall<short> { static constexpr bool value = true; };
template <> struct IsSmall<unsigned short> { static constexpr bool value = true; };

template <typename T>
constexpr Record Read(unsigned i, T v) {
  static_assert(IsSmall<T>::value || __is_enum(T), "not an integer");
  return Value(i, "small", static_cast<long long>(v));
}
}  // namespace mortise_probe
"""


class CompilerError(Exception):
    """The target's compiler does not work at all."""


class Compiler:
    """A target's compiler. It is called in a directory of its own."""

    def __init__(self, command, directory):
        self._command = list(command)
        self._directory = directory

    def run(self, arguments, source):
        path = os.path.join(self._directory, _PROBE_FILE)
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        # The messages are parsed, so they must have no colours and be in English.
        environment = dict(os.environ, LC_ALL="C", TERM="dumb")
        return subprocess.run(
            self._command + ["-std=c++17", "-w", "-x", "c++"] + arguments + [_PROBE_FILE],
            cwd=self._directory, env=environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def preprocess(self, source):
        done = self.run(["-E", "-dD"], source)
        if done.returncode != 0:
            raise CompilerError(done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace")

    def include_directories(self):
        done = self.run(["-E", "-v"], "\n")
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        try:
            start = lines.index("#include <...> search starts here:")
            end = lines.index("End of search list.")
        except ValueError as error:
            raise CompilerError("\n".join(lines)) from error
        paths = [line.strip().replace(" (framework directory)", "")
                 for line in lines[start + 1:end]]
        paths = [os.path.normpath(os.path.join(self._directory, p)) for p in paths]
        return sorted(paths, key=len, reverse=True)

    def compile(self, source):
        """Returns the object's bytes and "", or None and the messages."""
        path = os.path.join(self._directory, "probe.o")
        if os.path.exists(path):
            os.unlink(path)
        done = self.run(["-c", "-O0", "-o", path], source)
        if done.returncode != 0:
            return None, done.stderr.decode("utf-8", "replace")
        with open(path, "rb") as file:
            return file.read(), ""


def include_block(header_set):
    """Returns the C++ lines that include the headers of a set that the target has."""
    lines = list(header_set.prologue)
    for header in header_set.headers:
        lines += ["#if __has_include(<%s>)" % header, "#include <%s>" % header, "#endif"]
    return "\n".join(lines) + "\n"


def _header_name(path, include_directories, working_directory):
    path = os.path.normpath(os.path.join(working_directory, path))
    for directory in include_directories:
        if path.startswith(directory + os.sep):
            return path[len(directory) + 1:].replace(os.sep, "/")
    return os.path.basename(path)


def find_names(os_name, preprocessed, include_directories, working_directory):
    """Returns (name, family, header, spelling) of each name that a family takes."""
    found = {}

    def add(spelling, header):
        taken = families.published(os_name, spelling, header)
        if taken is not None:
            name, family = taken
            found[spelling] = (name, family, header, spelling)

    header = ""
    code = []
    headers = []
    for line in preprocessed.splitlines():
        if not line.startswith("#"):
            code.append(line)
            headers.append(header)
            continue
        marker = _LINE_MARKER.match(line)
        if marker:
            header = _header_name(marker.group(1), include_directories, working_directory)
            continue
        macro = _MACRO.match(line)
        # A macro with parameters is not a constant. A macro without a body is only
        # a flag.
        if macro and not macro.group(2) and macro.group(3):
            add(macro.group(1), header)
            continue
        undef = _UNDEF.match(line)
        if undef:
            found.pop(undef.group(1), None)

    # An enumeration may have many lines, so the lines are joined. The offset of a
    # match leads back to its line, and so to its header.
    ends = list(itertools.accumulate(len(line) + 1 for line in code))
    for enumeration in _ENUM.finditer("\n".join(code)):
        header = headers[bisect.bisect_right(ends, enumeration.start(1))]
        for enumerator in _ENUMERATOR.finditer(_without_values(enumeration.group(1))):
            if enumerator.group(1) not in found:
                add(enumerator.group(1), header)
    return sorted(found.values())


def _without_values(body):
    """Returns an enumeration's body without each `= value` and its commas."""
    result = []
    depth = 0
    in_value = False
    for character in body:
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            in_value = False
        elif character == "=" and depth == 0:
            in_value = True
        if not in_value:
            result.append(character)
    return "".join(result)


def _source(includes, names):
    lines = ["extern const mortise_probe::Record mortise_records[];",
             "constexpr mortise_probe::Record mortise_records[] = {"]
    for index, name in enumerate(names):
        lines += ['#line %d "mortise_name"' % (index + 1),
                  "mortise_probe::Read(%d, %s)," % (index, name)]
    return includes + _PROBE + "\n".join(lines) + "\n};\n"


_BAD_LINE = re.compile(r"mortise_name:(\d+)")


def find_values(compiler, includes, names):
    """Returns {name: (value, type)}, without names that are no integer constants.

    All names go through the compiler at once. Names that it complains about are
    taken out. If it does not say which names they are, the list is halved.
    """
    if not names:
        return {}
    obj, messages = compiler.compile(_source(includes, names))
    if obj is not None:
        values = {}
        for index, kind, digits in _RECORD.findall(obj):
            values[names[int(index)]] = _typed(kind.decode(), int(digits))
        missing = [name for name in names if name not in values]
        if missing:
            raise CompilerError("no value in the object file for " + ", ".join(missing))
        return values
    bad = {int(number) - 1 for number in _BAD_LINE.findall(messages)}
    good = [name for index, name in enumerate(names) if index not in bad]
    if len(good) < len(names):
        return find_values(compiler, includes, good)
    if len(names) == 1:
        return {}
    half = len(names) // 2
    values = find_values(compiler, includes, names[:half])
    values.update(find_values(compiler, includes, names[half:]))
    return values


def _typed(kind, value):
    """Returns (value, type), with the type for the table.

    It is the type that C++ has for the constant, except where that depends on the
    target or the compiler: `long` has 4 or 8 bytes, and an enumerator's type is
    the compiler's choice. For these two the value decides.
    """
    fits_int = -2**31 <= value < 2**31
    fits_unsigned = 0 <= value < 2**32
    if kind in ("int", "unsigned"):
        return value, kind
    if kind == "longlong":
        return value, "int64"
    if kind == "ulonglong":
        return value, "uint64"
    if kind == "ulong":
        return value, "unsigned" if fits_unsigned else "uint64"
    if fits_int:
        return value, "int"
    return value, "unsigned" if fits_unsigned else "int64"


def kernel_headers(directory, triple):
    """Makes a folder of links to Linux's own headers, with the processor's `asm`.

    The packages of the C libraries have kernel headers of different ages, and some
    have none. With one kernel for all, variants differ only where the processor or
    the C library makes them differ.
    """
    native = "/usr/include"
    candidates = [os.path.join("/usr", triple, "include", "asm"),
                  os.path.join(native, triple, "asm")]
    links = {name: os.path.join(native, name) for name in ("asm-generic", "linux")}
    if os.path.isdir("/usr/include/bluetooth"):
        links["bluetooth"] = "/usr/include/bluetooth"
    links["asm"] = next((path for path in candidates if os.path.isdir(path)), candidates[0])
    folder = os.path.join(directory, "kernel")
    os.mkdir(folder)
    for name, path in links.items():
        if not os.path.isdir(path):
            raise CompilerError("no kernel headers in " + path)
        os.symlink(path, os.path.join(folder, name))
    return folder


def scan(os_name, command, header_sets, kernel=None):
    """Returns {header set: [Constant]}. A name is in the first set that has it.

    `kernel` is the triple for kernel_headers. Raises ValueError if two header
    sets do not agree on a value, and CompilerError if the compiler cannot read
    the headers.
    """
    result = collections.OrderedDict()
    seen = {}
    with tempfile.TemporaryDirectory() as directory:
        if kernel is not None:
            command = list(command) + ["-I", kernel_headers(directory, kernel)]
        compiler = Compiler(command, directory)
        directories = compiler.include_directories()
        for header_set in header_sets:
            includes = include_block(header_set)
            obj, messages = compiler.compile(includes)
            if obj is None:
                raise CompilerError("the headers of %s cannot be included together:\n%s"
                                    % (header_set.name, messages))
            preprocessed = compiler.preprocess(includes)
            found = find_names(os_name, preprocessed, directories, directory)
            found += _respelled(os_name, found, preprocessed, header_set)
            values = find_values(compiler, includes, [row[3] for row in found])
            constants = []
            for name, family, header, spelling in sorted(found):
                if spelling not in values:
                    continue
                value, kind = values[spelling]
                kind = families.TYPES.get(name, families.TYPES.get(family, kind))
                if name in seen:
                    if seen[name] != value:
                        raise ValueError("%s is %d and %d in headers of one target"
                                         % (name, seen[name], value))
                    continue
                seen[name] = value
                constants.append(Constant(name, value, kind, family, header, spelling))
            result[header_set.name] = constants
    return result


def _respelled(os_name, found, preprocessed, header_set):
    """Returns the names that the OS's headers have only under another name."""
    names = {row[0] for row in found}
    headers = {row[3]: row[2] for row in found}
    result = []
    for name, spelling in sorted(families.SPELLINGS.get(os_name, {}).items()):
        if name in names or not re.search(r"\b%s\b" % spelling, preprocessed):
            continue
        header = headers.get(spelling, header_set.headers[0])
        result.append((name, families.family_of(name, header), header, spelling))
    return result
