"""The rare-earth chain from mine to magnet and back: one program over all its years, beside the network's blocks."""
