"""The parts of the panel about other plans and trade-offs."""
