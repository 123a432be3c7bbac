"""The built-in sample: 1,000 short passages written by a language model under four prompts."""
