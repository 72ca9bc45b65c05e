"""Open data: the whole offer in files, and a search as a calendar or a feed of news."""
