"""What every route stands on: who asks, problems, bodies, ETags, streaming, limits."""
