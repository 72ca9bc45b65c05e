"""What the public reads: the search of the offer, and the pages of what it finds."""
