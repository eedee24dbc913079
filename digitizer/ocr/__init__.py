"""From a raster to words that know how sure they are."""
