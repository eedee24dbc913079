"""What a page costs: CPU, wall time, memory and bytes, beside a peer and a floor."""
