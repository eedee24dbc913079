"""From a page image to an upright, level, grey raster that serves the reading only."""
