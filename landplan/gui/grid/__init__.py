"""The attribute table without its window: columns over arrays, order, search, sums and copies. No Qt here."""
