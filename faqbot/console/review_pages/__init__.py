"""The review pages: what users signalled, and the form to decide on it."""
