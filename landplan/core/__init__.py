"""The pure heart: no user files, no Qt, no clock, no unseeded randomness."""
