"""Stage 0 and the commands `up` and `test`: standard library only, so that they work before anything is installed."""
