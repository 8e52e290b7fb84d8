"""Damage and malice, seeded and bounded: ``HOSTILE_CASES=2000 pytest tests/hostile`` tries more."""
