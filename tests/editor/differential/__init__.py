"""Differential editing: the same random keys in a plain buffer and in a cell's edit float."""
