"""The dashboards: how much is asked, what becomes of it, and whether it helps."""
