"""Engine: the steps over parts of the parcels, in this process or on a Dask cluster; any cut, order or number of workers gives
the same bits."""
