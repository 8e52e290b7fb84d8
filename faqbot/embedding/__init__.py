"""From texts to unit vectors: the embedder, and where its model comes from."""
