"""How diverse are these records? One number a question, each with its interval and its budget."""
