"""The lists of a person as values: boxes, filters, lines and neighbours; pages show them and lead back to them."""
