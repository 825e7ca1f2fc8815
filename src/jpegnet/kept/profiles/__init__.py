"""The profiles, a module each: what a run of the book asks of each chapter."""
