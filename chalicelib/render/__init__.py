"""How an original becomes a variant: bytes in, bytes out, through the pipeline and its steps."""
