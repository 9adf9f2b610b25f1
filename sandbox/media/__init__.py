"""Sound of the sandbox: 16 kHz mono in frames of 20 ms. Knows nothing of calls or HTTP."""
