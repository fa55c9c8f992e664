"""The clock's entrance: flows decide when, the steps do the work, the records remember."""
