"""The classes of the module `selectors`, made of a `mortise::Poller`."""

import selectors

import _socket


class _PollerSelector(selectors._BaseSelectorImpl):
    _selector_cls = _socket._Poller
    # Whether the set waits with poll(2).
    _scanning = False
    # Whether a socket is registered as itself, or as its descriptor.
    _takes_sockets = False

    def __init__(self):
        super().__init__()
        self._selector = self._selector_cls(self._scanning)

    def _target(self, key):
        if self._takes_sockets and isinstance(key.fileobj, _socket.socket):
            return key.fileobj
        return key.fd

    def register(self, fileobj, events, data=None):
        key = super().register(fileobj, events, data)
        try:
            self._selector.register(self._target(key), key.fd, events)
        except BaseException:
            super().unregister(fileobj)
            raise
        return key

    def unregister(self, fileobj):
        key = super().unregister(fileobj)
        try:
            self._selector.unregister(self._target(key))
        except OSError:
            # It has been closed. A socket has left the poller then.
            pass
        return key

    def modify(self, fileobj, events, data=None):
        key = self.get_key(fileobj)
        if events != key.events:
            try:
                self._selector.modify(self._target(key), events)
            except BaseException:
                self.unregister(fileobj)
                raise
        key = key._replace(events=events, data=data)
        self._fd_to_key[key.fd] = key
        return key

    def select(self, timeout=None):
        if timeout is not None:
            timeout = max(timeout, 0)
        ready = {}
        found = self._poll(timeout)
        # CPython's selectors report everything that is ready. A Wait may report
        # some of it, and the next one begins with the others.
        while any(fd not in ready for fd in found):
            ready.update(found)
            found = self._poll(0) if len(ready) < len(self._fd_to_key) else {}
        keys = ((self._key_from_fd(fd), events) for fd, events in ready.items())
        # The events have hints besides.
        return [(key, events & key.events) for key, events in keys if key]

    def _poll(self, timeout):
        return dict(self._selector.poll(timeout, max(len(self._fd_to_key), 1)))

    def close(self):
        self._selector.close()
        super().close()


class _SystemSelector(_PollerSelector):
    def fileno(self):
        return self._selector.fileno()


# By the names of the classes in their place, so that CPython's tests run on each
# kind. CPython has the last two on other systems only.


class EpollSelector(_SystemSelector):
    _takes_sockets = True


class KqueueSelector(_SystemSelector):
    pass


class SelectSelector(_PollerSelector):
    _scanning = True


class PollSelector(_PollerSelector):
    _scanning = True


class DevpollSelector(_PollerSelector):
    _scanning = True


def replace_all():
    for replacement in (SelectSelector, PollSelector, EpollSelector, KqueueSelector, DevpollSelector):
        setattr(selectors, replacement.__name__, replacement)
    selectors.DefaultSelector = EpollSelector
