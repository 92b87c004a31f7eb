"""What can be done in the management system."""
