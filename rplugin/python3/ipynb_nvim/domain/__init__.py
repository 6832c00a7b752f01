"""The notebook itself: pure values and state; standard library only."""
