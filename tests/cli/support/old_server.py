"""A server that lets anybody in, says of itself which version it is and does nothing: old_server.py DIRECTORY NUMBER."""
import os
import socket
import struct
import sys

directory, number = sys.argv[1], int(sys.argv[2])
os.makedirs(directory, exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(os.path.join(directory, ".s.PGSQL.5432"))
listener.listen()


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


while True:
    client, _ = listener.accept()
    size = struct.unpack("!i", client.recv(4))[0]
    client.recv(size - 4)
    said = {"server_version": f"{number // 10000}.{number % 10000}", "client_encoding": "UTF8"}
    client.sendall(
        message(b"R", struct.pack("!i", 0))
        + b"".join(message(b"S", f"{k}\0{v}\0".encode()) for k, v in said.items())
        + message(b"K", struct.pack("!ii", 1, 1))
        + message(b"Z", b"I")
    )
    while (kind := client.recv(1)) == b"Q":
        client.recv(struct.unpack("!i", client.recv(4))[0] - 4)
        client.sendall(message(b"C", b"SET\0") + message(b"Z", b"I"))
    client.close()
