"""How fast the engine is, phase by phase, and against other ways of doing the same."""
