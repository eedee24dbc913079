"""Dated legal data: types, layouts, codes, marks. Rows carry basis and validity."""
