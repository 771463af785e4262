"""Fashion-MNIST: small images of clothes, read from its files or drawn."""
