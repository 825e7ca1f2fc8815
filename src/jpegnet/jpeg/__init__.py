"""One format, bit by bit: ITU-T T.81, and what this report adds to it.

Knows blocks and their DCT, quantisation tables, markers, whole coefficients and their order, what
the entropy coder spends, a range coder in its place, and the decoder as a differentiable function.
Must not know what a picture shows: no tile, no network.
"""
