"""What commands say to the person at the terminal."""
