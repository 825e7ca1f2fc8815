"""jpegnet: the first layer of a network as 512 pictures, and what JPEG makes of them.

Modules stand on floors; a module imports only from floors below its own (``DESIGN.md``).
"""

__version__ = "0.1.0"
