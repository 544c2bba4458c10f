"""Running methods on a scene: entries, labels, what is kept of them and by which code, stability."""
