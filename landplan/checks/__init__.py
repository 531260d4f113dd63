"""质检: what a reviewer would find in the layers. One file = one check, LayerSet → Issues; nothing is mended here."""
