"""A made-up offer of any size, as a region or the country has: for measures, never for a real site."""
