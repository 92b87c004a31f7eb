"""What screens may ask about reports."""
