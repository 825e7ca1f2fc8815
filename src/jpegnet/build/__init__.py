"""The chain that runs the notebooks, and the site that is made of them: the top floor.

Knows which notebook must run again, and how pages are rendered, checked and put in place. Must
not know what a notebook computes.
"""
