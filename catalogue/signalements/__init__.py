"""What visitors reported of the public sheets, and its answers."""
