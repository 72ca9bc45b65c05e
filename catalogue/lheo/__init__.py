"""LHÉO 2.3, the exchange language of the offer of training (décret 2015-742): writing and checking it."""
