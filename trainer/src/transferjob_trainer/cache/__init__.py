"""The feature cache: outputs of the frozen prefix over all pictures, computed once, found again by what made them."""
