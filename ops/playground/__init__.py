"""The playground: a page on which one tries every option, and copies what a page of one's own needs."""
