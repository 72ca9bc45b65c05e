"""What the public sees of the offer. Everything here reads `Diffusion` and what is written beside it."""
