"""The law: pure functions and dated data. Imports nothing of ours; stdlib, pydantic and yaml only."""
