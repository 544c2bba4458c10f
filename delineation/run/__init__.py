"""The main job, composed once: case → basis, kept or laid → labelling → plan."""
