"""Drawings: what an SVG is, what it may hold, and how it is written anew. No pixel is ever made of one.

`root` says whether a file is one, `document` reads it within limits, `sanitised` takes out whatever could
run or reach out, `measures` reads and sets its size.
"""
