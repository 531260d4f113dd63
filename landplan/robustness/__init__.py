"""How sure a ranking is: under uncertain weights and data, a moved weight, other plots in the table, another method."""
