"""One module, one function, one node; `calling` and `dispatching` hold what several of them share."""
