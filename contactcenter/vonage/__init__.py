"""The platform adapter: speaks Vonage, and knows nothing of Django or of the contact centre."""
