"""How files and versions are named: a pattern language, words that are refused, and which stack a name belongs to. Pure."""
