"""jpegnet: a network's weights as pictures, and networks that are a picture.

The package is a house of rooms, one folder each; a module imports only from rooms below its own,
and each room's text says what it knows and what it must not know. From the top down: `build`
(chain and site), `pages` (what a notebook shows), `studies` (one a chapter), `methods` (a network
to bytes and back), `picture` (a network as a picture), `nets`, `codecs` (a grey picture to bytes),
`jpeg` (that format, bit by bit), `data`, `kept` (where results are kept). The order is a contract
in ``pyproject.toml``, which ``make check`` holds the code to.
"""

from jpegnet.kept import allocator, numerics

allocator.keep_freed()
numerics.apply()  # before any module imports torch
