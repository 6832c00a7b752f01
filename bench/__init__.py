"""The project's figures, each measured beside its floor in the same run."""
