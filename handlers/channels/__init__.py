"""Channels: where customers write. Each is a folder."""
