"""The map: `MapView`, the plots it shows (`plots.py`) and the layers over them (`vectors.py`)."""
