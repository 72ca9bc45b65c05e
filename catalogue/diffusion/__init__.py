"""What the public sees of the offer: its search, and the sheets. It reads `Diffusion` and what follows it."""
