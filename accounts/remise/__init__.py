"""The Carif-Oref gives keys itself: to whom, by mail or by letter, again, no longer."""
