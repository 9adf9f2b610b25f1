"""Simulation of the rules: the whole product in plain objects, on a virtual clock, in one thread.

What decides is the product's own: `calls.routing`, `calls.states`, `calls.folding` and
`agents.states`. What the services write into tables is written into objects here, in modules that
mostly bear their names.
"""
