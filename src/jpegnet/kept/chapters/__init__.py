"""What each chapter may be asked to do: how many networks, which qualities, how long."""
