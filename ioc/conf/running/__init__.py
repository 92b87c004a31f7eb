"""Running the product on one machine: the processes, the front server, the first set-up."""
