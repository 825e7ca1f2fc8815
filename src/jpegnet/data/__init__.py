"""Inputs with labels, as values that are passed on: here is where other data sets go.

Knows how each data set is read, checked and split, and how a stranger's digit is brought to its
form. Must not know what is trained on it; nobody above fetches data, it is handed down to them.
"""
