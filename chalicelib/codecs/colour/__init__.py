"""What the numbers in a file mean as colours, and how they become sRGB.

`sources` decides it for every type; `littlecms`, beside this folder, carries it out. Nothing in here loads a
library: the rest are the tables (`cicp`), the arithmetic (`primaries`, `tones`) and the ICC profiles (`icc`).
"""
