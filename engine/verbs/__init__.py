"""The verbs: what people and clocks do, each a function with one transaction; none of these modules calls another."""
