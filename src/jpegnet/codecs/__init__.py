"""A grey picture to bytes and back: one file a codec.

Knows files and their quality. Must not know what a picture shows. `codec` says what a codec is.
"""
