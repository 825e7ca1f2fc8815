"""What a notebook shows and is held to: numbers, figures, tables, claims, the demo.

Imported by notebooks, never by code that computes: a new colour trains nothing again.
"""
