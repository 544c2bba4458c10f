"""What a comparison writes: tables, documents, charts and layers."""
