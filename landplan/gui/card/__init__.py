"""The plot card: what it says of a parcel (`facts`, `scoring`, `paths`: no Qt) and its parts (`head`, `score_part`, …)."""
