"""What `manage.py bench` measures: a made-up national offer, and pages asked for over and over."""
