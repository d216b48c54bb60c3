"""Where every pixel goes, from the original to the variant. Only arithmetic."""
