"""Reads how a picture was made. Pure Python: no Django, usable alone.

Extractors take a file apart into raw records, parsers turn records into parameters.
"""
