"""How a viewer is told a refusal: in plain words, in JSON for a program, or as a picture of the words."""
