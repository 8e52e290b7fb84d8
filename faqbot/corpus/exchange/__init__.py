"""Entries from elsewhere and for elsewhere: import, export and their formats."""
