"""What `manage.py bench` measures: pages asked for over and over on a made-up offer of national size."""
