"""Pictures as SVG and HTML that need nothing else: for notebooks and for the page of `compare`."""
