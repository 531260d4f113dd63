"""Files in: vector and raster layers, recipes, schemes, project files. Besides export/, the only room that touches files."""
