"""From a question to ranked entries: words, characters and meaning, fused."""
