"""Who is at the far end of a leg."""
