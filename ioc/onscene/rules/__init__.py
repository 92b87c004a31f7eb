"""The law and the workflow of on-the-scene reports, without a database."""
