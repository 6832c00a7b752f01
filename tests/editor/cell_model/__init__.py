"""Random cell operations in two notebooks, compared with a simple model after each step."""
