"""A network to bytes and back: one file a method (the peers of a comparison go here, too).

`method` says what a method is, `measure` measures any of them. The article's way, compression
after training, and training through the codec are methods; so is whatever a later chapter compares
with them. `matrixform` computes with a compressed layer that stays compressed.
Must not know which of its settings a chapter chooses, nor how a page shows it.
"""
