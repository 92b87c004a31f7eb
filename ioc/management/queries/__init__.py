"""What other rooms and screens may ask of the management system."""
