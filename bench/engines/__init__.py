"""One module for each library: it makes variants as the library's documentation recommends for speed.

Each runs in its own interpreter.
"""
