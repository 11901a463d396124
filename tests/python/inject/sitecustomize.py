"""Replaces the interpreter's `_socket` and `selectors` with Mortise's.

Python imports a module with the name of this file when it starts, before any
code can have imported `_socket`. The interpreter's own `_socket` is built in,
so Python would find it before any folder of sys.path. Interpreters that a test
starts inherit PYTHONPATH, and so use this file too.
"""

import importlib.machinery
import importlib.util
import os
import sys


class _Finder:
    def __init__(self, path):
        self._path = path

    def find_spec(self, name, path=None, target=None):
        if name != "_socket":
            return None
        loader = importlib.machinery.ExtensionFileLoader(name, self._path)
        return importlib.util.spec_from_file_location(name, self._path, loader=loader)


_path = os.environ.get("MORTISE_PYTHON_SOCKET")
if _path:
    assert "_socket" not in sys.modules, "something has imported _socket already"
    sys.meta_path.insert(0, _Finder(_path))

if os.environ.get("MORTISE_PYTHON_POLLER"):
    import poller_selectors

    poller_selectors.replace_all()
