"""The server, the keys and the bytes: everything the stores stand on."""
