"""From the checkout to a stack and back: deploy, watch, destroy."""
