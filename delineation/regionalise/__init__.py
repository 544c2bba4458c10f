"""Regionalising any polygon layer, no case and no plan: its neighbours, its request, its division, its output."""
