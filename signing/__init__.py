"""From PDF/A to PAdES, and back: keys, seals, time stamps, verification."""
