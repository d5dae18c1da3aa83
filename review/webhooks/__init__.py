"""Events of a project, sent to addresses that people choose."""
