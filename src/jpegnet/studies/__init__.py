"""What the chapters ask: from methods, networks and data to tables; one module a chapter.

Knows which runs answer a question, and what is chosen by them. Must not know how a page shows the
answer, nor fetch data or settings by itself: a notebook hands them down.
"""
