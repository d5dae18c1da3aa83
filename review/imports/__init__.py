"""Files of other programs that are read: pure, bytes in, values out."""
