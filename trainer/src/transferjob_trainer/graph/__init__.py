"""The backbone as a graph: what crosses a cut, prefix and tail as models of their own, where blocks end."""
