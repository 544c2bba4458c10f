"""A package 备案成果包: the folder that a city files with the province, with a manifest of all that is in it."""
