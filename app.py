"""Diversity Explorer: the dashboard."""
