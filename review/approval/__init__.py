"""Who approved what, and what stands in the way of a delivery. Pure."""
