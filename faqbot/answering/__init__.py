"""From ranked entries to an answer: what is shown, how sure it is, and when nothing is said."""
