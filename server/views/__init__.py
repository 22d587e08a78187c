"""What pages show, made from descriptions: plain values without HTML."""
