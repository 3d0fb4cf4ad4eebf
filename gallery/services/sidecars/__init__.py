"""Sidecars from elsewhere into the library, and what the library knows out as sidecars."""
