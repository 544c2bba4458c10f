"""The dock around the pages, and the plugin's other windows: options, installation, messages."""
