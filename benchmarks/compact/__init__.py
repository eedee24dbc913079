"""What the compact image profile costs and keeps: bytes, likeness, color and CPU a page."""
