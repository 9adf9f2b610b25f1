"""What Vonage's Client SDK talks to: sessions over a socket, calls with a browser's sound."""
