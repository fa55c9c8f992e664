"""Benchmarks: the product and a floor side by side in one run, the ratio printed; nothing here passes or fails."""
