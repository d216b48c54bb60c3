"""One module per library: how its own documentation says to make a variant fast.

Each runs in its own interpreter.
"""
