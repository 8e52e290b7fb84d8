"""Passages and their vectors: cutting, searching, and the files under ``indexes/``."""
