"""Two recordings of one piece laid on each other: when each moment of the one is heard and seen in the other."""
