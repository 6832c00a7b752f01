"""From the model to plain operations for Lua; pure."""
