"""What every test may rely on."""

import socket

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Fail a test which reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        is_local = self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1", "localhost")
        assert is_local, f"A test may not use the network: {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
