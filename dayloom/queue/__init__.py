"""Background work: in this process, or shared by any number of processes."""
