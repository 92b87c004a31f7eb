"""Rules of the management system: routing and deadlines, without a database."""
