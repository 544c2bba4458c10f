"""A package (备案成果包): what is filed one level up, laid out as a profile says, read back, summed up and signed."""
