"""The web service: JSON contract, pages, and what keeps them safe and observable."""
