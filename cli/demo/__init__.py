"""The demonstration: a whole quarter of an invented Cát Hải, acted by scripted people through the real services."""
