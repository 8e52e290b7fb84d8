"""What the recorded questions and verdicts say, and how surely: pure functions over counts."""
