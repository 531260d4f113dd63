"""The parts of the panel that says why the plan is as it is."""
