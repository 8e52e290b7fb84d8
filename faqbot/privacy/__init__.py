"""Personal data in what people write: found, and taken out before anything is kept."""
