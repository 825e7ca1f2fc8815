"""How long things take: beside a floor, beside the naive way, and as they grow.

Nothing here is kept: seconds are those of this machine, now. The page on performance measures in
few rounds, `make bench` in more.
"""
