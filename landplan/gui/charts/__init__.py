"""Charts linked with the map: what they count (`bins`, `axes`, `cloud`: no Qt) and how they are painted and used."""
