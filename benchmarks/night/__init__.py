"""A night with everything that happens in one."""
