"""Batches: many scenarios of one world, solved once each, kept by what went into them."""
