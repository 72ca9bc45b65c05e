"""« Flux »: the feeds over HTTP, what partners read about them, and how the staff follows them."""
