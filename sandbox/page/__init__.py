"""The phone page: anybody plays the caller from a browser tab."""
