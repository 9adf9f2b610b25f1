"""Sound: what legs say, who hears whom, and what each leg heard."""
