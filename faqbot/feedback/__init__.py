"""What was asked, what was shown and whether it helped: kept, counted and exported."""
