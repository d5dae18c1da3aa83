"""Comments as marker files of editing programs: a timeline in, bytes out. Pure: no database, no clock, integers only."""
