"""Reference pages, generated from the tables in the code."""
