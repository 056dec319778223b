"""Lets clients reach a PostgreSQL server without TLS through TLS: tls.py CERTIFICATE KEY PORT SERVER_PORT."""

import selectors
import socket
import ssl
import sys
import threading

WANTS_TLS = bytes([0, 0, 0, 8, 4, 210, 22, 47])


def serve(client, context, server_port):
    """Answers the request for TLS as PostgreSQL does, then hands on what either side says."""
    if client.recv(8, socket.MSG_WAITALL) != WANTS_TLS:
        client.close()
        return
    client.sendall(b"S")
    client = context.wrap_socket(client, server_side=True)
    server = socket.create_connection(("127.0.0.1", server_port))
    with client, server, selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, (client, server))
        ready.register(server, selectors.EVENT_READ, (server, client))
        while True:
            for key, _ in ready.select():
                source, sink = key.data
                data = source.recv(1 << 16)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    data += source.recv(1 << 16)
                if not data:
                    return
                sink.sendall(data)


def quietly(*arguments):
    try:
        serve(*arguments)
    except OSError:
        # A client that does not trust the certificate goes away.
        pass


def main(certificate, key, port, server_port):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        while True:
            client, _ = listener.accept()
            arguments = (client, context, int(server_port))
            threading.Thread(target=quietly, args=arguments, daemon=True).start()


main(*sys.argv[1:])
