"""Where results are kept, and how sure they are: the ground floor.

Knows paths, profiles and their settings, the cores, keys, stages and their files, means with
intervals. Must not know what is computed: no network, no picture, no page.
"""
