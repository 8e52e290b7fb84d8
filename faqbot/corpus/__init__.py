"""The curated questions and answers: their types, files, checks and exchange formats."""
