"""Training through the codec: networks trained as the standard JPEG files that they become.

Knows the network as coefficients that are trained, its training, and the choice of coefficients
after it. Must not know how pictures are compressed after training.
"""
