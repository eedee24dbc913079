"""Many documents over time: the walk, the journal, the runs and the command line."""
