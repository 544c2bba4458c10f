"""Small widgets that pages, frame and toolbox share."""
