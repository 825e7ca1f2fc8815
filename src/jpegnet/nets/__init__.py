"""Networks: what they compute, how they are trained, how well they read.

One file an architecture (linear chains; here is where convolutional, recurrent and attention
networks go). `network` says what an architecture and a network are. Must not know of compression.
"""
