# SPDX-License-Identifier: Apache-2.0
"""For clients with a host written into them: a proxy that leads its TLS tunnels to a server."""
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from .certificates import make_certificate


def pump(source, target):
    """Copies until the end of one side, which is then told to the other."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side went first


class Redirect:
    """Takes CONNECT to `host`, speaks TLS as that host, and hands the rest to the server."""

    def __init__(self, server, folder, host):
        self.server, self.host = server, host
        self.certificate, key = make_certificate(folder, f"DNS:{host}")
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def settings(self):
        port = self._listener.getsockname()[1]
        return {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "NO_PROXY": "",
                "REQUESTS_CA_BUNDLE": str(self.certificate)}

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with suppress(OSError):  # the client went
            self._lead(connection)

    def _lead(self, connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = connection.recv(1)
            if not part:
                return
            head += part
        if not head.startswith(f"CONNECT {self.host}:443 ".encode()):
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            connection.close()
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        parts = urlsplit(self.server.url)
        with self._tls.wrap_socket(connection, server_side=True) as client, \
                socket.create_connection((parts.hostname, parts.port)) as behind:
            other = threading.Thread(target=pump, args=(behind, client), daemon=True)
            other.start()
            pump(client, behind)
            other.join()
