"""In which encoding texts are: what a file states, what its bytes show, and how sure that is."""
