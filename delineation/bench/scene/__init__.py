"""What is compared on: the faces of a case with what is known of them, a division of them, the variables."""
