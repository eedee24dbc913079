"""What a signature costs."""
