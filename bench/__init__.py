"""The figures that the product promises, each a ratio measured in one run."""
