"""The command line of each command: its options and their help. The work is done in the other folders."""
