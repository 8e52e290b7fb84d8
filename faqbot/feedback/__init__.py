"""What was asked, what was shown and whether it helped: records, their database and exports."""
