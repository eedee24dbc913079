"""One document, from paper to PDF/A. Works with the network cable out."""
