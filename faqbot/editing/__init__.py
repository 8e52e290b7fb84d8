"""Editing without git: drafts of entries, what they would change, and their publication."""
