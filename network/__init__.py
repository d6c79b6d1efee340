"""What the world is: tables, network, supernetwork and transport cost. No optimisation here."""
