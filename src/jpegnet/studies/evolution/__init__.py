"""A simulated evolution: robots that see, and are driven by networks which nobody trains.

Nothing is imported here: a stage's key holds all that is imported on the way to it, so each
module is imported by its full name.
"""
