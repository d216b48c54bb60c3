"""How a refusal is answered: in plain words, in JSON for a program, or as a picture of the words."""
