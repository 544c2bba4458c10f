"""What GDAL opens: files, archives, geodatabases and databases become ids, geometries and columns."""
