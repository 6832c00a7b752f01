"""Files, kernels and environments: everything that does I/O."""
