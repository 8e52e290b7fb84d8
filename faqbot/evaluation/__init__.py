"""Measuring retrieval on labelled questions, through the same object that serves users."""
