"""What the pages share: frame, state, caches, filters, map."""
