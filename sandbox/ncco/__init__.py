"""NCCOs: checking them, fetching them, and doing what they say."""
