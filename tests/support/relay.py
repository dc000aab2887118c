#!/usr/bin/env python3
"""A port of this machine for a server that has a Unix socket only: relay.py SOCKET PORT_FILE. Writes the port into
PORT_FILE, and ends with its caller."""
import os
import socket
import sys
import threading
import time


def carry(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    path, port_file = sys.argv[1:]
    caller = os.getppid()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            client = listener.accept()[0]
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(path)
            except OSError:
                client.close()
                continue
            for ends in ((client, server), (server, client)):
                threading.Thread(target=carry, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    with open(port_file + ".new", "w") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(port_file + ".new", port_file)
    while os.getppid() == caller:
        time.sleep(0.2)


main()
