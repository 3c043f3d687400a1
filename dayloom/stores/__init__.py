"""Where threads, previews and everything else that must survive is kept: Redis or Valkey, and nothing else."""
