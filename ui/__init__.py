"""What QGIS shows; it calls the engine and the engine never calls back."""
