"""The formats of labelled pictures: each tells entries and labels first, and contents when they are asked for."""
