"""A network as a picture: tiles, where each of them stands, and the file that holds all of it.

Knows the file format of this report, and reads what strangers send. Must not know how a network
was trained or made small: the file alone says what the network is.
"""
