"""From a hostile file to page images: decoded in a child process that can be killed."""
