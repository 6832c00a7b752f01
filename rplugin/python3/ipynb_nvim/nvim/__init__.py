"""The adapter: the only layer that knows Neovim."""
